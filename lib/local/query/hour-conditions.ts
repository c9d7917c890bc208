import { nodesWithin } from '../../pipeline/transform/lineage.ts';
import type { SqlNode } from '../../pipeline/transform/sql-parser.ts';

/** The rows of an hour take these values from its folder. */
const HOUR_COLUMNS = new Set(['dt', 'hour']);

/** The rows of an hour have values in `[hour start, hour end)`. */
const INSTANT = 'ingested_at';

/** These return a different value on each call, so evaluating them twice gives two results. */
const VOLATILE = new Set(['random', 'setseed', 'uuid', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'nextval', 'currval']);

/** Names without parentheses that are not columns. */
const CONSTANTS = new Set(['current_date', 'current_timestamp', 'current_time', 'localtime', 'localtimestamp']);

/**
 * From a select's conditions, all of which its rows must meet, those that concern only the hour of the relation's rows,
 * rewritten as conditions on an hour's columns `dt`, `hour`, `hour_start` and `hour_end`. An hour that fails one of
 * them has no matching row.
 */
export function hourConditions(
  where: SqlNode | null,
  relation: SqlNode,
  relations: readonly SqlNode[],
): readonly SqlNode[] {
  const name = aliasOf(relation);
  const isOnly = relations.length === 1;
  const isUnique = relations.filter((one) => aliasOf(one) === name).length === 1;
  /** The relation's column that the node names; null if it names none. */
  const columnOf = ({ type, column_names: names }: SqlNode): string | null => {
    if (type !== 'COLUMN_REF' || !Array.isArray(names)) return null;
    const [first, second] = names.map((part) => String(part).toLowerCase());
    if (second === undefined) return isOnly ? (first ?? null) : null;
    return isUnique && names.length === 2 && first === name ? second : null;
  };
  return conjuncts(where).flatMap((condition) => onHour(condition, columnOf) ?? []);
}

const aliasOf = ({ alias, table_name }: SqlNode) => String(alias === '' ? table_name : alias).toLowerCase();

function conjuncts(node: SqlNode | null): readonly SqlNode[] {
  if (node === null) return [];
  return node.type === 'CONJUNCTION_AND' ? (node.children as readonly SqlNode[]).flatMap(conjuncts) : [node];
}

type ColumnOf = (node: SqlNode) => string | null;

/** The condition rewritten for an hour; null if it also depends on something else. */
function onHour(condition: SqlNode, columnOf: ColumnOf): readonly SqlNode[] | null {
  const nodes = [...nodesWithin(condition)].map(({ node }) => node);
  if (!nodes.every(isRepeatable)) return null;
  const columns = nodes.filter(isColumn).map(columnOf);
  if (columns.length === 0 || columns.some((name) => name === null)) return null;
  if (columns.every((name) => name !== null && HOUR_COLUMNS.has(name))) return [unqualified(condition)];
  return columns.length === 1 && columns[0] === INSTANT ? onInstant(condition) : null;
}

const isColumn = (node: SqlNode) =>
  node.type === 'COLUMN_REF' && !CONSTANTS.has(String((node.column_names as readonly unknown[])[0]).toLowerCase());

/** Whether the node means the same elsewhere and a moment later, including its numbers, which are kept as JSON here. */
function isRepeatable({ class: kind, type, function_name: name, value }: SqlNode): boolean {
  if (kind === 'SUBQUERY' || kind === 'WINDOW' || kind === 'LAMBDA' || type === 'VALUE_PARAMETER') return false;
  if (type === 'FUNCTION' && VOLATILE.has(String(name).toLowerCase())) return false;
  const number = typeof value === 'object' && value !== null && 'value' in value ? value.value : undefined;
  return typeof number !== 'number' || Math.abs(number) <= Number.MAX_SAFE_INTEGER;
}

/** The condition with unqualified column names. */
function unqualified(node: SqlNode): SqlNode {
  const bare = (key: string, value: unknown) =>
    key === 'column_names' ? [(value as readonly unknown[]).at(-1)] : value;
  return JSON.parse(JSON.stringify(node, bare));
}

const column = (name: string): SqlNode => ({
  class: 'COLUMN_REF',
  type: 'COLUMN_REF',
  alias: '',
  column_names: [name],
});

/** Bounds of the hours that contain an instant for which the comparison holds. */
function onInstant(condition: SqlNode): readonly SqlNode[] | null {
  const { type } = condition;
  const compared = (left: SqlNode, operator: string, right: SqlNode): SqlNode => ({
    class: 'COMPARISON',
    type: operator,
    alias: '',
    left,
    right,
  });
  if (type === 'COMPARE_BETWEEN' && isColumn(condition.input as SqlNode)) {
    const { lower, upper } = condition as unknown as { readonly lower: SqlNode; readonly upper: SqlNode };
    return [
      compared(column('hour_end'), 'COMPARE_GREATERTHAN', lower),
      compared(column('hour_start'), 'COMPARE_LESSTHANOREQUALTO', upper),
    ];
  }
  const flipped = FLIPPED[type];
  if (condition.class !== 'COMPARISON' || flipped === undefined) return null;
  const { left, right } = condition as unknown as { readonly left: SqlNode; readonly right: SqlNode };
  const isLeft = isColumn(left) && left.type === 'COLUMN_REF';
  if (!isLeft && right.type !== 'COLUMN_REF') return null;
  const [operator, value] = isLeft ? [type, right] : [flipped, left];
  const after = compared(column('hour_end'), 'COMPARE_GREATERTHAN', value);
  const before = compared(column('hour_start'), 'COMPARE_LESSTHANOREQUALTO', value);
  if (operator === 'COMPARE_EQUAL') return [after, before];
  return operator.startsWith('COMPARE_GREATERTHAN') ? [after] : [before];
}

/** The comparison with its sides swapped. */
const FLIPPED: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: 'COMPARE_EQUAL',
  COMPARE_GREATERTHAN: 'COMPARE_LESSTHAN',
  COMPARE_GREATERTHANOREQUALTO: 'COMPARE_LESSTHANOREQUALTO',
  COMPARE_LESSTHAN: 'COMPARE_GREATERTHAN',
  COMPARE_LESSTHANOREQUALTO: 'COMPARE_GREATERTHANOREQUALTO',
};
