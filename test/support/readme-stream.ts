import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyCheckout } from './checkout.ts';
import { documentSection, type ShownCommand, shownCommands } from './shown-commands.ts';

interface ReadmeStream {
  /** The path of the file that the README shows. */
  readonly path: string;
  readonly contract: string;
  readonly shown: readonly ShownCommand[];
}

/** The README's section *Add a stream*. @throws if it is missing or has another form */
export function readmeStream(): ReadmeStream {
  const section = documentSection('README.md', 'Add a stream');
  const [, path, contract] = /`(streams\/[\w/-]+\.ts)`:\n\n```ts\n([\s\S]*?)```/.exec(section) ?? [];
  if (path === undefined || contract === undefined) {
    throw new Error('README.md: expected a contract under "Add a stream", found none');
  }
  return { path, contract, shown: shownCommands(section) };
}

/** A separate checkout in `folder` that includes this stream: its file, and its line in the index. */
export function checkoutWith({ path, contract }: ReadmeStream, folder: string, options = {}): void {
  copyCheckout(folder, options);
  writeFileSync(join(folder, path), contract);
  const [, name = ''] = /export const (\w+)/.exec(contract) ?? [];
  const index = join(folder, dirname(path), 'index.ts');
  const text = readFileSync(index, 'utf8');
  const imported = `import { ${name} } from './${path.split('/').at(-1)}';\n${text}`;
  writeFileSync(index, imported.replace('\n];', `\n  { contract: ${name} },\n];`));
}
