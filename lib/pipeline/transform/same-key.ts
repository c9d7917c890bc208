import { quoted } from '../../derive/quoted.ts';
import type { Model } from './model.ts';

/** A condition for equal keys, where two nulls are equal, in a form that still allows a hash join. */
export function sameKey({ key, columns }: Pick<Model, 'key' | 'columns'>, left: string, right: string): string {
  const nullable = new Set(columns.filter((column) => column.nullable).map(({ name }) => name));
  const same = (name: string) => {
    const [a, b] = [`${left}.${quoted(name)}`, `${right}.${quoted(name)}`];
    if (!nullable.has(name)) return `${a} = ${b}`;
    const isNull = (column: string) => `case when ${column} is null then 1 else 0 end`;
    return `coalesce(cast(${a} as varchar(65535)), '') = coalesce(cast(${b} as varchar(65535)), '') and ${isNull(a)} = ${isNull(b)}`;
  };
  return key.map(same).join(' and ');
}
