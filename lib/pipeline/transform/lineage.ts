import type { SqlNode } from './sql-parser.ts';

/** A name found in a statement's tree, and its position. */
export interface Found {
  readonly name: string;
  /** In bytes from the statement's beginning; null if the parser does not know. */
  readonly atByte: number | null;
}

/**
 * Returns the tables that a select reads, in the order of its text, each as often as it is named:
 * `lake.shop_purchases`, in lower case as every warehouse compares names, or a bare name without a schema. Common table
 * expressions are excluded in the scope of their name.
 */
export function tablesRead(select: SqlNode): readonly Found[] {
  return [...nodesWithin(select)]
    .filter(({ node, expressions }) => node.type === 'BASE_TABLE' && !isExpression(node, expressions))
    .map(({ node }) => found(nameOf(node), node));
}

/**
 * Finds what DuckDB accepts and Redshift does not.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
 */
export function onlyInDuckdb(select: SqlNode): readonly Found[] {
  return [...nodesWithin(select)].flatMap(({ node }) =>
    DUCKDB_ONLY.filter(({ is }) => is(node)).map(({ name }) => found(name, node)),
  );
}

const JOINS_OF_DUCKDB = new Set<unknown>(['ASOF', 'POSITIONAL', 'SEMI', 'ANTI']);

const DUCKDB_ONLY: readonly { readonly name: string; is(node: SqlNode): boolean }[] = [
  { name: 'a table function', is: ({ type }) => type === 'TABLE_FUNCTION' },
  { name: 'values as a table', is: ({ type }) => type === 'EXPRESSION_LIST' },
  { name: 'describe or show', is: ({ type }) => type === 'SHOW_REF' },
  {
    name: 'an asof, positional, semi or anti join',
    is: ({ type, ref_type, join_type }) =>
      type === 'JOIN' && (JOINS_OF_DUCKDB.has(ref_type) || JOINS_OF_DUCKDB.has(join_type)),
  },
  { name: 'a filter of an aggregate', is: ({ type, filter }) => type === 'FUNCTION' && isSet(filter) },
  {
    name: 'distinct on',
    is: ({ type, distinct_on_targets: targets }) =>
      type === 'DISTINCT_MODIFIER' && Array.isArray(targets) && targets.length > 0,
  },
  { name: 'columns(…)', is: ({ type, columns }) => type === 'STAR' && columns === true },
  { name: 'a sample', is: ({ sample }) => isSet(sample) },
];

interface ScopedNode {
  readonly node: SqlNode;
  /** The common table expressions that a bare name can refer to there. */
  readonly expressions: ReadonlySet<string>;
}

interface TableExpression {
  readonly key: string;
  readonly value: { readonly query: { readonly node: SqlNode } };
}

/** Every node of the tree. A common table expression sees those before it, and itself if it is recursive. */
export function* nodesWithin(value: unknown, outer: ReadonlySet<string> = new Set()): Generator<ScopedNode> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesWithin(item, outer);
  }
  if (!isObject(value)) return;
  const { cte_map, ...others } = value;
  const expressions = new Set(outer);
  for (const { key, value: expression } of tableExpressions(cte_map)) {
    const name = key.toLowerCase();
    const isRecursive = expression.query.node.type === 'RECURSIVE_CTE_NODE';
    yield* nodesWithin(expression, isRecursive ? new Set([...expressions, name]) : expressions);
    expressions.add(name);
  }
  if (typeof value.type === 'string') yield { node: value as SqlNode, expressions };
  for (const child of Object.values(others)) yield* nodesWithin(child, expressions);
}

const tableExpressions = (map: unknown): readonly TableExpression[] =>
  isObject(map) && Array.isArray(map.map) ? map.map : [];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSet = (value: unknown) => value !== null && value !== undefined;

const isExpression = (node: SqlNode, expressions: ReadonlySet<string>) => expressions.has(nameOf(node));

/** `lake.shop_purchases`; prefixed by a database if one is named. */
export function nameOf({ catalog_name, schema_name, table_name }: SqlNode): string {
  const parts = [catalog_name, schema_name, table_name].filter((part) => part !== '');
  return parts.map((part) => String(part).toLowerCase()).join('.');
}

/**
 * The parser does not know the position of every node, and writes the largest number instead: then the first position
 * inside the node is used.
 */
function found(name: string, node: SqlNode): Found {
  for (const { node: inner } of nodesWithin(node)) {
    if (Number.isSafeInteger(inner.query_location)) return { name, atByte: inner.query_location ?? null };
  }
  return { name, atByte: null };
}
