import { isUnreachable, type Node } from './syntax.ts';

/** Other text for a stretch of a source file, as offsets in UTF-16 units. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Operator = (node: Node, parents: readonly Node[], source: string) => readonly Replacement[];

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
};
const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '&': ['|'],
  '|': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
};
const LOGIC: Readonly<Record<string, readonly string[]>> = { '&&': ['||'], '||': ['&&'], '??': ['&&'] };
const ASSIGNMENTS: Readonly<Record<string, readonly string[]>> = {
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '??=': ['='],
  '||=': ['='],
  '&&=': ['='],
};

/** Methods that have an opposite. */
const SWAPPED_METHODS = new Map(
  [
    ['some', 'every'],
    ['min', 'max'],
    ['floor', 'ceil'],
    ['startsWith', 'endsWith'],
    ['indexOf', 'lastIndexOf'],
    ['find', 'findLast'],
  ].flatMap(([one = '', other = '']) => [
    [one, other],
    [other, one],
  ]),
);
/** Methods without which the expression still has a value of its kind. */
const DROPPED_METHODS = new Set([
  ...['concat', 'filter', 'flat', 'reverse', 'slice', 'sort', 'subarray', 'toReversed', 'toSorted'],
  ...['toLowerCase', 'toUpperCase', 'toWellFormed', 'trim', 'trimEnd', 'trimStart'],
]);

/** The usual operators of mutation testing, by the name that a report gives them. */
export const operators: Readonly<Record<string, Operator>> = {
  comparison: (node, _, source) => (node.type === 'BinaryExpression' ? swapped(node, COMPARISONS, source) : []),
  arithmetic: (node, _, source) =>
    node.type === 'BinaryExpression' && !isText(node) ? swapped(node, ARITHMETIC, source) : [],
  logic: (node, _, source) => (node.type === 'LogicalExpression' ? swapped(node, LOGIC, source) : []),
  condition: (node, [parent]) => (parent === undefined ? [] : constants(node, parent)),
  negation: (node, _, source) =>
    node.type === 'UnaryExpression' && ['!', '-', '~'].includes(node.operator)
      ? [{ ...span(node), text: `(${textOf(node.argument, source)})` }]
      : [],
  assignment: (node, _, source) => (node.type === 'AssignmentExpression' ? swapped(node, ASSIGNMENTS, source) : []),
  step: (node, _, source) => {
    if (node.type !== 'UpdateExpression') return [];
    const other = node.operator === '++' ? '--' : '++';
    const argument = textOf(node.argument, source);
    return [{ ...span(node), text: node.prefix ? `${other}${argument}` : `${argument}${other}` }];
  },
  block: (node) => (node.type === 'BlockStatement' && node.body.length > 0 ? [{ ...span(node), text: '{}' }] : []),
  case: (node) => {
    const [first] = node.type === 'SwitchCase' && !isUnreachable(node) ? node.consequent : [];
    return first === undefined ? [] : [{ start: first.start, end: node.end, text: ';' }];
  },
  return: (node, [parent]) =>
    node.type === 'ReturnStatement' && doesMore(node.argument) && !isOnlyStatement(parent)
      ? [{ ...span(node), text: 'return;' }]
      : [],
  arrow: (node) =>
    node.type === 'ArrowFunctionExpression' && node.expression ? [{ ...span(node.body), text: 'undefined' }] : [],
  statement: (node, [parent]) => {
    return !isOnlyStatement(parent) && (isCall(node) || node.type === 'ThrowStatement')
      ? [{ ...span(node), text: ';' }]
      : [];
  },
  string: (node, [parent], source) => {
    if (parent !== undefined && isText(parent)) return [];
    if (parent?.type === 'TaggedTemplateExpression' || parent?.type === 'ExpressionStatement') return [];
    return isText(node) && !["''", '``'].includes(textOf(node, source)) ? [{ ...span(node), text: "''" }] : [];
  },
  number: (node) =>
    node.type === 'Literal' && typeof node.value === 'number'
      ? [{ ...span(node), text: String(node.value < 10 ? node.value + 1 : node.value * 10) }]
      : [],
  boolean: (node) =>
    node.type === 'Literal' && typeof node.value === 'boolean' ? [{ ...span(node), text: String(!node.value) }] : [],
  pattern: (node) => (node.type === 'Literal' && 'regex' in node ? withoutAnchors(node) : []),
  optional: (node, _, source) => {
    const left = node.type === 'MemberExpression' ? node.object : node.type === 'CallExpression' ? node.callee : null;
    if (left === null || !('optional' in node && node.optional)) return [];
    const start = source.indexOf('?.', left.end);
    return [{ start, end: start + 2, text: node.type === 'MemberExpression' && !node.computed ? '.' : '' }];
  },
  method: (node, _, source) => (node.type === 'CallExpression' ? otherMethod(node, source) : []),
  array: (node) => (node.type === 'ArrayExpression' && node.elements.length > 0 ? [{ ...span(node), text: '[]' }] : []),
  object: (node) =>
    node.type === 'ObjectExpression' && node.properties.length > 0 ? [{ ...span(node), text: '({})' }] : [],
};

/** Without it, the block is empty, which is a mutant of its own. */
const isOnlyStatement = (parent: Node | undefined) => parent?.type === 'BlockStatement' && parent.body.length === 1;

/** Than `return;`: `return undefined` and `return false` do the same, and `return true` has a mutant of its own. */
function doesMore(value: Node | null): boolean {
  if (value === null || (value.type === 'Identifier' && value.name === 'undefined')) return false;
  return !(value.type === 'Literal' && typeof value.value === 'boolean');
}

const span = ({ start, end }: Node) => ({ start, end });
const textOf = ({ start, end }: Node, source: string) => source.slice(start, end);

type Infix = Extract<Node, { readonly type: 'BinaryExpression' | 'LogicalExpression' | 'AssignmentExpression' }>;

/** In parentheses, so that another precedence changes nothing but this expression. */
function swapped(node: Infix, table: Readonly<Record<string, readonly string[]>>, source: string) {
  // Neither `a ?? b && c` nor `a && b ?? c` is allowed without them.
  const inner = (operand: Node) => (node.operator === '??' ? `(${textOf(operand, source)})` : textOf(operand, source));
  const [left, right] = [inner(node.left), inner(node.right)];
  return (table[node.operator] ?? []).map((other) => ({ ...span(node), text: `(${left} ${other} ${right})` }));
}

/** What decides: tests of `if`, `?` and loops, and the comparisons that `&&`, `||` and `!` join in them. */
function constants(node: Node, parent: Node): readonly Replacement[] {
  const isTest = 'test' in parent && parent.test === node && parent.type !== 'SwitchCase';
  const isOperand = parent.type === 'LogicalExpression' && parent.operator !== '??' && isComparison(node);
  if (!isTest && !isOperand) return [];
  const isLoop = isTest && parent.type !== 'IfStatement' && parent.type !== 'ConditionalExpression';
  return (isLoop ? ['false'] : ['true', 'false']).map((text) => ({ ...span(node), text }));
}

function isComparison(node: Node): boolean {
  return node.type === 'BinaryExpression' && (node.operator in COMPARISONS || node.operator === 'instanceof');
}

/** A literal, a template, or several of them joined: one message. */
function isText(node: Node): boolean {
  if (node.type === 'TemplateLiteral') return true;
  if (node.type === 'Literal') return typeof node.value === 'string';
  return node.type === 'BinaryExpression' && node.operator === '+' && (isText(node.left) || isText(node.right));
}

function isCall(node: Node): boolean {
  if (node.type !== 'ExpressionStatement') return false;
  const { expression } = node;
  return (expression.type === 'AwaitExpression' ? expression.argument : expression).type === 'CallExpression';
}

function withoutAnchors(node: Node): readonly Replacement[] {
  if (node.type !== 'Literal' || !('regex' in node)) return [];
  const { pattern, flags } = node.regex;
  const loosened = [
    ...(pattern.startsWith('^') ? [pattern.slice(1)] : []),
    ...(pattern.endsWith('$') && !pattern.endsWith('\\$') ? [pattern.slice(0, -1)] : []),
  ];
  return loosened.filter((text) => text !== '').map((text) => ({ ...span(node), text: `/${text}/${flags}` }));
}

function otherMethod(node: Extract<Node, { readonly type: 'CallExpression' }>, source: string): readonly Replacement[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  const other = SWAPPED_METHODS.get(name);
  if (other !== undefined) return [{ ...span(callee.property), text: other }];
  return DROPPED_METHODS.has(name) ? [{ ...span(node), text: textOf(callee.object, source) }] : [];
}
