import { createHash } from 'node:crypto';
import { operators, type Replacement } from './operators.ts';
import { visitCode } from './syntax.ts';

/** One change of one file that its tests should miss. */
export interface Mutant extends Replacement {
  /** The same as long as its line stays as it is, wherever that line is in its file. */
  readonly id: string;
  readonly file: string;
  readonly operator: string;
  /** Counts from 1. */
  readonly line: number;
  /** The line as it is, without its indentation. */
  readonly before: string;
  /** What is replaced, shortened. */
  readonly original: string;
}

/** All mutants of a file, in the order of the file. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const found: { readonly operator: string; readonly replacement: Replacement }[] = [];
  visitCode(file, source, (node, parents) => {
    for (const [operator, replace] of Object.entries(operators)) {
      for (const replacement of replace(node, parents, source)) found.push({ operator, replacement });
    }
  });
  found.sort((one, other) => one.replacement.start - other.replacement.start);
  const seen = new Map<string, number>();
  return found.map(({ operator, replacement }) => {
    const { line, before, column } = lineAt(source, replacement.start);
    const original = source.slice(replacement.start, replacement.end);
    const what = [file, before, column, operator, original, replacement.text].join('\0');
    const times = (seen.get(what) ?? 0) + 1;
    seen.set(what, times);
    const id = createHash('sha256').update(`${what}\0${times}`).digest('hex').slice(0, 12);
    return { id, file, operator, line, before, original: shortened(original), ...replacement };
  });
}

export function applied({ start, end, text }: Replacement, source: string): string {
  return source.slice(0, start) + text + source.slice(end);
}

function lineAt(source: string, at: number) {
  const lineStart = source.lastIndexOf('\n', at - 1) + 1;
  const nextLine = source.indexOf('\n', at);
  const text = source.slice(lineStart, nextLine === -1 ? source.length : nextLine);
  const before = text.trimStart();
  return {
    line: source.slice(0, at).split('\n').length,
    before,
    column: at - lineStart - (text.length - before.length),
  };
}

const MAX_ORIGINAL = 120;

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= MAX_ORIGINAL ? line : `${line.slice(0, MAX_ORIGINAL)}…`;
}
