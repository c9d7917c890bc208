import type { FieldIds } from '../contracts/contract.ts';

interface IdentifiedField {
  readonly path: string;
  readonly type: string;
}

/** The key of a field's number: with another type, it is another field. */
export function fieldIdKey({ path, type }: IdentifiedField): string {
  return `${path} ${type}`;
}

/** The existing numbers, and the next ones for fields without a number, in their order. */
export function withNextIds(before: FieldIds, fields: readonly IdentifiedField[]): FieldIds {
  const ids: Record<string, number> = { ...before };
  let last = Math.max(0, ...Object.values(before));
  for (const field of fields) {
    const key = fieldIdKey(field);
    if (!Object.hasOwn(ids, key)) ids[key] = ++last;
  }
  return ids;
}
