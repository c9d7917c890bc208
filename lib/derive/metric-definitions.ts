import { createHash } from 'node:crypto';
import { columnName } from '../contracts/column-name.ts';
import type { Contract, Field, FieldType } from '../contracts/contract.ts';
import { fieldAt } from '../contracts/field-at.ts';
import { wireName } from '../contracts/wire-name.ts';

/** A field of an event that a metric groups by or measures. */
export interface MetricField {
  /** `hotel_id`, or `min_offer.price` inside a struct. */
  readonly path: string;
  /** Its path in the JSON text of its column, by wire names; empty if it has its own column. */
  readonly jsonPath: readonly string[];
  readonly type: FieldType;
  /** Whether the field, or a struct around it, may be null. */
  readonly isNullable: boolean;
}

/** One figure of a group. A count has no field; the others ignore null values. */
export interface Measure {
  /** `count`, `sum_amount`, `min_price`. */
  readonly name: string;
  readonly op: 'count' | 'sum' | 'min' | 'max';
  readonly field: MetricField | null;
  readonly unit: string | null;
}

/** A declared metric with everything needed to count it. */
export interface MetricDefinition {
  /** Its name and a fingerprint of its meaning: results of different meanings never mix. */
  readonly id: string;
  readonly name: string;
  readonly stream: string;
  readonly description: string;
  readonly unit: string | null;
  readonly by: readonly MetricField[];
  readonly measures: readonly Measure[];
  /** null for all time. */
  readonly windowSeconds: number | null;
}

interface DefinitionOptions {
  /** The length of settable windows; by default, their declared length. */
  readonly windowSeconds?: number;
}

/**
 * The contract's metrics, in the order of their declaration.
 * @throws if two figures of a metric have the same name.
 */
export function metricDefinitions(contract: Contract, options: DefinitionOptions = {}): readonly MetricDefinition[] {
  return Object.entries(contract.metrics).map(([name, { description, unit, by, window, ...measured }]) => {
    const definition = {
      name,
      stream: contract.name,
      by: by.map((path) => metricField(contract, path)),
      measures: [
        ...(measured.count === true ? [{ name: 'count', op: 'count', field: null, unit: unit ?? null } as const] : []),
        ...(['sum', 'min', 'max'] as const).flatMap((op) =>
          (measured[op] ?? []).map((path) => measureOf(contract, op, path)),
        ),
      ],
      windowSeconds: window?.settable === true ? (options.windowSeconds ?? window.seconds) : (window?.seconds ?? null),
    };
    const names = definition.measures.map((measure) => measure.name);
    const twice = names.find((one, index) => names.indexOf(one) !== index);
    if (twice !== undefined) throw new Error(`${contract.name}, metric ${name}: two figures are called ${twice}`);
    return {
      ...definition,
      id: `${name}-${fingerprint(definition)}`,
      description,
      unit: unit ?? definition.measures.find((measure) => measure.unit !== null)?.unit ?? null,
    };
  });
}

function measureOf(contract: Contract, op: 'sum' | 'min' | 'max', path: string): Measure {
  const last = path.slice(path.lastIndexOf('.') + 1);
  const { unit } = declaredField(contract, path);
  return { name: `${op}_${columnName(last)}`, op, field: metricField(contract, path), unit: unit ?? null };
}

function metricField(contract: Contract, path: string): MetricField {
  const names = path.split('.');
  const fields = names.map((_, index) => declaredField(contract, names.slice(0, index + 1).join('.')));
  const jsonPath = names.flatMap((name, index) => {
    const field = fields[index];
    return index === 0 || field === undefined ? [] : [wireName(name, field)];
  });
  const isNullable = fields.some(({ nullable }) => nullable);
  return { path, jsonPath, type: declaredField(contract, path).type, isNullable };
}

function declaredField(contract: Contract, path: string): Field {
  const field = fieldAt(contract.fields, path);
  if (field === undefined) throw new Error(`${contract.name}: a metric names ${path}, which is no field`);
  return field;
}

/** A hash of everything that the figures depend on; short, because every key in a store contains it. */
function fingerprint({ stream, by, measures, windowSeconds }: Omit<MetricDefinition, 'id' | 'description' | 'unit'>) {
  const meaning = [
    stream,
    by.map(meaningOfField),
    measures.map(({ op, field }) => [op, field === null ? null : meaningOfField(field)]),
    windowSeconds,
  ];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 10);
}

/** The wire format of a field and its maximum length do not affect figures. */
function meaningOfField({ path, type }: MetricField) {
  return [path, type.kind, type.kind === 'decimal' ? type.scale : null];
}
