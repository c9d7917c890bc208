import { type Node, parseSync, visitorKeys } from 'oxc-parser';

export type { Node };

/** A node and what it stands in, from the nearest outwards. */
export type Visit = (node: Node, parents: readonly Node[]) => void;

/** Visits every node of a TypeScript file that exists when the program runs: no types, no imports, no names of members. */
export function visitCode(file: string, source: string, visit: Visit): void {
  const { program, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  descend(program, [], visit);
}

function descend(node: Node, parents: readonly Node[], visit: Visit): void {
  visit(node, parents);
  const inside = [node, ...parents];
  for (const child of childrenOf(node)) descend(child, inside, visit);
}

/** Types and imports do nothing at run time; after `satisfies never` the compiler has shown that nothing gets there. */
function childrenOf(node: Node): readonly Node[] {
  if (isErased(node) || isUnreachable(node)) return [];
  const keys = visitorKeys[node.type] ?? [];
  return keys.filter((key) => !isName(node, key)).flatMap((key) => nodesIn((node as never)[key]));
}

function isErased({ type }: Node): boolean {
  const isKept = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(type);
  const isImport = type === 'ImportDeclaration' || type === 'ExportAllDeclaration';
  return isImport || (type.startsWith('TS') && !isKept);
}

/** A statement, or a case, that holds `… satisfies never`. */
export function isUnreachable(node: Node): boolean {
  const [only] = node.type === 'SwitchCase' ? node.consequent : [node];
  const value =
    only?.type === 'ExpressionStatement' ? only.expression : only?.type === 'ReturnStatement' ? only.argument : null;
  return value?.type === 'TSSatisfiesExpression' && value.typeAnnotation.type === 'TSNeverKeyword';
}

function isName(node: Node, key: string): boolean {
  if (key === 'key') return !('computed' in node && node.computed);
  return key === 'property' && node.type === 'MemberExpression' && !node.computed;
}

function nodesIn(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === 'object' && value !== null && 'type' in value ? [value as Node] : [];
}
