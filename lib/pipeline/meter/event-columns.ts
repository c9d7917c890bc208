import type { MetricDefinition, MetricField } from '../../derive/metric-definitions.ts';
import type { AcceptedEvent, FieldShapes } from '../field-shapes.ts';
import { epochMicroseconds } from '../timestamps.ts';
import { amountColumn } from './amount-column.ts';
import { type DistinctColumn, distinctValues } from './distinct-values.ts';
import type { Amount } from './measured-value.ts';

/** A batch's events as the columns that metrics use: each column is made once, however many metrics share it. */
export interface EventColumns {
  /** Each event's time in microseconds since 1970. */
  readonly times: readonly number[];
  distinct(field: MetricField): DistinctColumn;
  amounts(field: MetricField): readonly Amount[];
}

export interface ColumnBuilder {
  readonly columns: EventColumns;
  addEvent(event: AcceptedEvent): void;
  /** Adds an event by the places of its values, in the order of the shapes' fields. */
  addSpans(spans: Int32Array, time: number): void;
}

interface Column {
  addValue(value: unknown): void;
  addText(start: number, end: number): void;
}

/**
 * Collects the columns that the definitions use.
 * @param shapes of these columns' fields.
 * @param bytes the records that shapes match.
 */
export function columnBuilder(
  definitions: readonly MetricDefinition[],
  shapes: Pick<FieldShapes, 'fields'>,
  bytes: Buffer,
): ColumnBuilder {
  const times: number[] = [];
  const added: {
    readonly column: Column;
    readonly read: (event: AcceptedEvent) => unknown;
    readonly span: number;
  }[] = [];

  /** Returns a column for each field, by path. */
  function columnsOf<Made extends Column>(
    fields: readonly MetricField[],
    make: (field: MetricField, read: FieldShapes['fields'][number]['read'] | undefined) => Made,
  ): ReadonlyMap<string, Made> {
    const byPath = new Map<string, Made>();
    for (const field of fields) {
      if (byPath.has(field.path)) continue;
      const span = shapes.fields.findIndex(({ name }) => name === field.path);
      const column = make(field, shapes.fields[span]?.read);
      byPath.set(field.path, column);
      added.push({ column, read: valueAt(field), span: 2 * span });
    }
    return byPath;
  }

  const groups = columnsOf(
    definitions.flatMap(({ by }) => by),
    (_, read) => distinctValues(bytes, read),
  );
  const amounts = columnsOf(
    definitions.flatMap(({ measures }) => measures.flatMap(({ field }) => field ?? [])),
    ({ type }, read) => amountColumn(type, bytes, read),
  );

  return {
    columns: {
      times,
      distinct: (field) => columnAt(groups, field).column,
      amounts: (field) => columnAt(amounts, field).column,
    },
    addEvent: (event) => {
      times.push(epochMicroseconds(event.eventTime));
      for (const { column, read } of added) column.addValue(read(event));
    },
    addSpans: (spans, time) => {
      times.push(time);
      for (let index = 0; index < added.length; index++) {
        const { column, span } = added[index] as (typeof added)[number];
        column.addText(spans[span] as number, spans[span + 1] as number);
      }
    },
  };
}

function columnAt<Made>(columns: ReadonlyMap<string, Made>, { path }: MetricField): Made {
  const column = columns.get(path);
  if (column === undefined)
    throw new Error(`expected one of the columns ${[...columns.keys()].join(', ')}, found ${path}`);
  return column;
}

function valueAt({ path }: MetricField): (event: AcceptedEvent) => unknown {
  if (!path.includes('.')) return ({ event }) => event[path];
  const names = path.split('.');
  return ({ event }) =>
    names.reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], event);
}
