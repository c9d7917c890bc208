import { columnName, SYSTEM_COLUMNS } from './column-name.ts';
import type { Fields } from './contract.ts';

type Expect = (holds: boolean, what: string, found: unknown) => void;

/**
 * Whether each field can have a column of its own, in engines that take no notice of case. Reserved words can: names are
 * quoted wherever SQL is written.
 */
export function checkNames(fields: Fields, expected: Expect): void {
  const owners = new Map<string, string>();
  for (const name of Object.keys(fields)) {
    expected(/^[A-Za-z_]\w*$/.test(name) && name !== '__proto__', 'field names of letters, digits and _', name);
    const column = columnName(name);
    expected(
      !SYSTEM_COLUMNS.includes(column),
      `no field whose column would be ${column}, which is Weir’s own; rename it`,
      name,
    );
    // DuckDB reads a record's text by the fields' own names, the table by those of its columns.
    for (const spelling of new Set([column, name.toLowerCase()])) {
      const other = owners.get(spelling);
      const what = `a name that differs from ${other} in more than case, also as a column; rename one of them`;
      expected(other === undefined, what, name);
      owners.set(spelling, name);
    }
  }
}
