import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function acceptCommand({ exit, project }: CommandContext): Command {
  return new Command('accept')
    .description('Record the contracts as released, update docs/STREAMS.md if it exists, and print what changed.')
    .addHelpText(
      'after',
      `
Nothing is written where a contract breaks what was released before: each such change is named, with what to do.

Examples:
  $ weir accept
`,
    )
    .action(async () => {
      const { accept } = await import('../run/accept.ts');
      exit(accept(await project()));
    });
}
