import { columnName, SYSTEM_COLUMNS } from './column-name.ts';
import type { Fields } from './contract.ts';
import { wireName } from './wire-name.ts';

type Expect = (holds: boolean, what: string, found: unknown) => void;

/**
 * Checks that each field can have its own column, in case-insensitive engines. Reserved words are allowed, because SQL
 * always quotes names.
 */
export function checkNames(fields: Fields, expected: Expect): void {
  const owners = new Map<string, string>();
  for (const [name, field] of Object.entries(fields)) {
    expected(/^[A-Za-z_]\w*$/.test(name) && name !== '__proto__', 'field names of letters, digits and _', name);
    const column = columnName(name);
    const isOwn = !SYSTEM_COLUMNS.includes(column);
    expected(
      isOwn,
      `no field whose column would be ${column}, which is Weir’s own; name it otherwise, with wire: '${name}'`,
      name,
    );
    const wire = wireName(name, field);
    expected(isWireName(wire), 'wire names of 1 to 255 printable characters that do not begin with $', wire);
    // DuckDB reads a record's text by its wire names, and the table by its column names.
    for (const spelling of new Set([column, wire.toLowerCase()])) {
      const other = owners.get(spelling);
      const what = `a name that differs from ${other} in more than case, as a column and on the wire; rename one, or leave it to _extra`;
      expected(other === undefined, what, name);
      owners.set(spelling, name);
    }
  }
}

/** Names that begin with $ are reserved for Weir's own values. */
function isWireName(name: string): boolean {
  return name.length >= 1 && name.length <= 255 && !/^\$|\p{C}/u.test(name);
}
