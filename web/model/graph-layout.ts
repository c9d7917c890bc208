/** A node, and the nodes that it reads. */
export interface GraphNode {
  readonly name: string;
  readonly reads: readonly string[];
}

/** Column and row, both from 0. */
export interface GraphPlace {
  readonly column: number;
  readonly row: number;
}

export interface GraphLayout {
  readonly places: ReadonlyMap<string, GraphPlace>;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly columns: number;
  readonly rows: number;
}

/** Passes over the columns; further ones change little. */
const PASSES = 4;

/**
 * Places every node to the right of all that it reads, and near to what it is connected with. The same nodes always
 * have the same places. Nodes that are read but not listed are left out.
 */
export function graphLayout(nodes: readonly GraphNode[]): GraphLayout {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const edges = nodes.flatMap(({ name, reads }) =>
    reads.filter((read) => byName.has(read)).map((read) => ({ from: read, to: name })),
  );
  const columns = inColumns(nodes, byName);
  for (let pass = 0; pass < PASSES; pass++) {
    const isForward = pass % 2 === 0;
    const neighbours = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
    for (const { from, to } of edges) neighbours.get(isForward ? to : from)?.push(isForward ? from : to);
    const rows = rowsOf(columns);
    for (const column of isForward ? columns : [...columns].reverse()) {
      const rowsAround = (name: string) => (neighbours.get(name) ?? []).map((other) => rows.get(other) ?? 0);
      sortBy(column, (name) => mean(rowsAround(name)) ?? rows.get(name) ?? 0);
      for (const [row, name] of column.entries()) rows.set(name, row);
    }
  }
  const places = columns.flatMap((column, at) => column.map((name, row) => [name, { column: at, row }] as const));
  return { places: new Map(places), edges, columns: columns.length, rows: Math.max(0, ...columns.map(lengthOf)) };
}

const lengthOf = ({ length }: readonly unknown[]) => length;

/** The names by column. A cycle, which no project has, ends where it began. */
function inColumns(nodes: readonly GraphNode[], byName: ReadonlyMap<string, GraphNode>): string[][] {
  const columnOf = new Map<string, number>();
  const visit = ({ name, reads }: GraphNode): number => {
    const known = columnOf.get(name);
    if (known !== undefined) return known;
    columnOf.set(name, 0);
    const before = reads.flatMap((read) => byName.get(read) ?? []).map(visit);
    const column = before.length === 0 ? 0 : Math.max(...before) + 1;
    columnOf.set(name, column);
    return column;
  };
  for (const node of nodes) visit(node);
  const columns: string[][] = Array.from({ length: Math.max(-1, ...columnOf.values()) + 1 }, () => []);
  for (const { name } of nodes) columns[columnOf.get(name) ?? 0]?.push(name);
  return columns;
}

const rowsOf = (columns: readonly (readonly string[])[]) =>
  new Map(columns.flatMap((column) => column.map((name, row) => [name, row] as const)));

function sortBy(names: string[], weightOf: (name: string) => number): void {
  const weights = new Map(names.map((name) => [name, weightOf(name)]));
  names.sort((left, right) => (weights.get(left) ?? 0) - (weights.get(right) ?? 0));
}

const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** The nodes that a node reads and those that read it, directly or through others, and the node itself. */
export function lineageOf<Node extends GraphNode>(nodes: readonly Node[], name: string): readonly Node[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const found = new Set([name]);
  const addReads = (of: string) => {
    for (const read of byName.get(of)?.reads ?? []) {
      found.add(read);
      addReads(read);
    }
  };
  const addReaders = (of: string) => {
    for (const node of nodes.filter(({ reads }) => reads.includes(of))) {
      found.add(node.name);
      addReaders(node.name);
    }
  };
  addReads(name);
  addReaders(name);
  return nodes.filter((node) => found.has(node.name));
}
