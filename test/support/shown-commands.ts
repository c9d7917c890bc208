import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/package-root.ts';

/** A command in a document, and its documented output. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

/** The text of a document's section. @throws if no section has that title */
export function documentSection(document: string, title: string): string {
  const text = readFileSync(join(packageRoot, document), 'utf8');
  const section = text.split('\n## ').find((one) => one.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`${document}: expected a section "${title}", found none`);
  return section;
}

/** The commands of a section's session, each after `$ `. @throws if there are none */
export function shownCommands(section: string): readonly ShownCommand[] {
  const [, session] = /```\n(\$ [\s\S]*?)```/.exec(section) ?? [];
  if (session === undefined) throw new Error('expected a session of commands, found none');
  return session
    .split(/^\$ /m)
    .filter((text) => text !== '')
    .map(commandAndOutput);
}

/** A command continues until its quote is closed, and after a line that ends with a backslash or a pipe. */
function commandAndOutput(text: string): ShownCommand {
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
