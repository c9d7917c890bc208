import type { Field, Fields } from './contract.ts';

/** The field's name on the wire. */
export function wireName(name: string, field: Pick<Field, 'wire'>): string {
  return field.wire ?? name;
}

/** The fields by their names on the wire, in the contract's order. */
export function wireFields(fields: Fields): ReadonlyMap<string, Field> {
  return new Map(Object.entries(fields).map(([name, field]) => [wireName(name, field), field]));
}
