import type { Field, Fields } from './contract.ts';

/** The field at a dotted path through structs, `min_offer.price`; undefined if there is none. */
export function fieldAt(fields: Fields, path: string): Field | undefined {
  const [name = '', ...inner] = path.split('.');
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined || inner.length === 0) return field;
  return field.type.kind === 'struct' ? fieldAt(field.type.fields, inner.join('.')) : undefined;
}
