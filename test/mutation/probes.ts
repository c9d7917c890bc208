import { type Node, visitCode } from './syntax.ts';

/** A stretch of a file that runs as a whole: a block, the body of an arrow function, or the file itself. */
export interface Region {
  /** `lib/pipeline/sink.ts#12`; 0 is the file. */
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** The name of the function that probes call. */
export const HIT = '__weirHit';

/** The file's regions, and its source with a call of `__weirHit(region)` at the beginning of each. */
export function probed(file: string, source: string): { readonly regions: readonly Region[]; readonly source: string } {
  const regions: Region[] = [{ id: `${file}#0`, start: 0, end: source.length }];
  const inserts: { readonly at: number; readonly text: string }[] = [
    { at: source.length, text: `\n${call(`${file}#0`)};` },
  ];
  visitCode(file, source, (node, [parent]) => {
    const body = bodyOf(node, parent);
    if (body === undefined) return;
    const id = `${file}#${regions.length}`;
    regions.push({ id, start: node.start, end: node.end });
    if (body === 'block') inserts.push({ at: node.start + 1, text: `${call(id)};` });
    else inserts.push({ at: node.start, text: `(${call(id)}, ` }, { at: node.end, text: ')' });
  });
  return { regions, source: withInserts(source, inserts) };
}

/** The innermost region that holds the stretch. */
export function regionOf(regions: readonly Region[], { start, end }: { readonly start: number; readonly end: number }) {
  const holding = regions.filter((region) => region.start <= start && end <= region.end);
  return holding.reduce((inner, region) => (region.end - region.start <= inner.end - inner.start ? region : inner));
}

function bodyOf(node: Node, parent: Node | undefined): 'block' | 'expression' | undefined {
  if (node.type === 'BlockStatement') return 'block';
  if (parent?.type === 'ArrowFunctionExpression' && parent.body === node) return 'expression';
  return parent?.type === 'ConditionalExpression' && parent.test !== node ? 'expression' : undefined;
}

const call = (id: string) => `globalThis.${HIT}?.(${JSON.stringify(id)})`;

function withInserts(source: string, inserts: readonly { readonly at: number; readonly text: string }[]): string {
  const ordered = [...inserts].sort((one, other) => one.at - other.at);
  let text = '';
  let copied = 0;
  for (const insert of ordered) {
    text += source.slice(copied, insert.at) + insert.text;
    copied = insert.at;
  }
  return text + source.slice(copied);
}
