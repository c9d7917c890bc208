/**
 * TypeScript as the formatters of these days write it: single quotes, two spaces, lines of 120 characters where they
 * can be cut.
 */

const WIDTH = 120;
const STEP = '  ';

interface CallExpression {
  readonly call: string;
  readonly args: readonly Expression[];
}

/** An expression that may stand on one line or on several. */
export type Expression =
  /** Text that is never cut. */
  string | CallExpression | { readonly members: readonly (readonly [name: string, value: Expression])[] };

/** `  name: expression,`, cut into lines where it is too long for one. */
export function memberText(name: string, value: Expression, indent: string): string {
  return `${indent}${broken(value, { indent, before: `${propertyName(name)}: `, after: 1 })},`;
}

/** `import { a, b } from 'c';`, its names in order. */
export function importText(names: Iterable<string>, from: string): string {
  const sorted = [...names].sort();
  const line = `import { ${sorted.join(', ')} } from ${stringText(from)};`;
  return line.length <= WIDTH
    ? line
    : `import {\n${sorted.map((name) => `${STEP}${name},\n`).join('')}} from ${stringText(from)};`;
}

/** The text between quotes: single ones, unless it has more of these than of double ones. */
export function stringText(text: string): string {
  const double = JSON.stringify(text).replaceAll(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
  const count = (quote: string) => text.split(quote).length - 1;
  if (count("'") > count('"')) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const propertyName = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : stringText(name));

function flat(value: Expression): string {
  if (typeof value === 'string') return value;
  if ('call' in value) return `${value.call}(${value.args.map(flat).join(', ')})`;
  const members = value.members.map(([name, member]) => `${propertyName(name)}: ${flat(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

interface Place {
  readonly indent: string;
  /** The text before it on its first line, and the number of characters after it on its last line. */
  readonly before: string;
  readonly after: number;
}

/** The expression with the text before it; the first line is not indented. */
function broken(value: Expression, { indent, before, after }: Place): string {
  const line = `${before}${flat(value)}`;
  if (typeof value === 'string' || indent.length + line.length + after <= WIDTH) return line;
  const inner = `${indent}${STEP}`;
  if ('members' in value) return `${before}${brokenMembers(value.members, indent)}`;
  const hugging = hugged(value, { indent, before });
  if (hugging !== undefined) return hugging;
  const args = value.args.map((arg) => `${inner}${broken(arg, { indent: inner, before: '', after: 1 })},\n`);
  return `${before}${value.call}(\n${args.join('')}${indent})`;
}

const brokenMembers = (members: readonly (readonly [string, Expression])[], indent: string) =>
  `{\n${members.map(([name, member]) => `${memberText(name, member, `${indent}${STEP}`)}\n`).join('')}${indent}}`;

/** A call whose last argument is an object keeps the others on its line, where these fit. */
function hugged({ call, args }: CallExpression, { indent, before }: Omit<Place, 'after'>): string | undefined {
  const last = args.at(-1);
  if (last === undefined || typeof last === 'string' || !('members' in last)) return undefined;
  const others = args.slice(0, -1).map((arg) => `${flat(arg)}, `);
  const head = `${before}${call}(${others.join('')}`;
  if (indent.length + head.length + 1 > WIDTH) return undefined;
  return `${head}${brokenMembers(last.members, indent)})`;
}
