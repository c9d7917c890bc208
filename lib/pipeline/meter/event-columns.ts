import type { MetricField } from '../../derive/metric-definitions.ts';
import type { AcceptedEvent } from '../field-shapes.ts';
import { epochSeconds } from '../timestamps.ts';
import { type Amount, measuredAmount } from './measured-value.ts';

/** A batch's events as the columns that metrics use: each column is made once, however many metrics share it. */
export interface EventColumns {
  readonly length: number;
  /** Whole seconds since 1970. */
  eventSeconds(): readonly number[];
  values(field: MetricField): readonly unknown[];
  amounts(field: MetricField): readonly Amount[];
}

export function eventColumns(events: readonly AcceptedEvent[]): EventColumns {
  let seconds: readonly number[] | undefined;
  const values = new Map<string, readonly unknown[]>();
  const amounts = new Map<string, readonly Amount[]>();
  const valuesOf = (field: MetricField) => {
    const column = values.get(field.path) ?? events.map(valueAt(field));
    values.set(field.path, column);
    return column;
  };
  return {
    length: events.length,
    eventSeconds: () => {
      seconds ??= events.map(({ eventTime }) => epochSeconds(eventTime));
      return seconds;
    },
    values: valuesOf,
    amounts: (field) => {
      const column = amounts.get(field.path) ?? valuesOf(field).map((value) => measuredAmount(field.type, value));
      amounts.set(field.path, column);
      return column;
    },
  };
}

function valueAt({ path }: MetricField): (event: AcceptedEvent) => unknown {
  if (!path.includes('.')) return ({ event }) => event[path];
  const names = path.split('.');
  return ({ event }) =>
    names.reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], event);
}
