import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../lib/package-root.ts';
import { copyCheckout } from './checkout.ts';

/** A command of the README, and what it says that the command prints. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

interface ReadmeStream {
  /** The file that the README shows, and where it belongs. */
  readonly path: string;
  readonly contract: string;
  readonly shown: readonly Shown[];
}

/** The README's section *Add a stream*. @throws when it is not there in the form that this expects. */
export function readmeStream(): ReadmeStream {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  const section = readme.split('\n## ').find((text) => text.startsWith('Add a stream\n')) ?? '';
  const [, path, contract] = /`(streams\/[\w/-]+\.ts)`:\n\n```ts\n([\s\S]*?)```/.exec(section) ?? [];
  const [, session] = /```\n(\$ [\s\S]*?)```/.exec(section) ?? [];
  if (path === undefined || contract === undefined || session === undefined) {
    throw new Error('README.md: expected a contract and a session under "Add a stream", found neither');
  }
  return { path, contract, shown: shownCommands(session) };
}

/** The commands of a session as a document shows it, each behind `$ `. */
export function shownCommands(session: string): readonly Shown[] {
  return session
    .split(/^\$ /m)
    .filter((text) => text !== '')
    .map(commandAndOutput);
}

/** A command goes on until its quote is closed, and behind a line that ends with a backslash or a bar. */
function commandAndOutput(text: string): Shown {
  const lines = text.trimEnd().split('\n');
  const isQuoted = (upTo: number) => lines.slice(0, upTo).join('').split('"').length % 2 === 0;
  const goesOn = (upTo: number) => isQuoted(upTo) || /[\\|]$/.test(lines[upTo - 1] ?? '');
  let end = 1;
  while (goesOn(end) && end < lines.length) end += 1;
  const command = lines
    .slice(0, end)
    .map((line) => line.replace(/\\$/, ''))
    .join(' ');
  return { command, output: lines.slice(end).join('\n') };
}

/** A checkout of its own in `folder` that has this stream too: its file, and its line in the index. */
export function checkoutWith({ path, contract }: ReadmeStream, folder: string, options = {}): void {
  copyCheckout(folder, options);
  writeFileSync(join(folder, path), contract);
  const [, name = ''] = /export const (\w+)/.exec(contract) ?? [];
  const index = join(folder, dirname(path), 'index.ts');
  const text = readFileSync(index, 'utf8');
  const imported = `import { ${name} } from './${path.split('/').at(-1)}';\n${text}`;
  writeFileSync(index, imported.replace('\n];', `\n  { contract: ${name} },\n];`));
}
