import { resolve } from 'node:path';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../usage-error.ts';

export function initCommand({ exit }: CommandContext): Command {
  return new Command('init')
    .description('Create a project folder: one small stream, one model, one test, and GitHub workflows.')
    .argument('<folder>', 'a new or empty folder; its name becomes the project’s name')
    .option('--example <domain>', 'start from a shipped example instead: chat, people, search or shop')
    .option('--weir <specifier>', 'the dependency on Weir in package.json (default: this installation)')
    .addHelpText(
      'after',
      `
Examples:
  $ weir init my-lake && cd my-lake && npm install && npm start
  $ weir init my-lake --example shop
`,
    )
    .action(async (folder: string, { example, weir }: { readonly example?: string; readonly weir?: string }) => {
      const { createProject, exampleNames, ownSpecifier } = await import('../../lib/app/new-project.ts');
      const dir = resolve(folder);
      if (!/[\\/][a-z0-9][a-z0-9-]*$/.test(dir)) {
        throw new UsageError(`expected a name of lower-case letters, digits and -, found "${folder}"`);
      }
      if (example !== undefined && !exampleNames.includes(example)) {
        throw new UsageError(`--example: expected one of ${exampleNames.join(', ')}, found "${example}"`);
      }
      const files = await createProject({ dir, example, weir: weir ?? ownSpecifier() });
      for (const file of files) process.stdout.write(`wrote ${folder}/${file}\n`);
      process.stdout.write(`\nnext: cd ${folder} && npm install && npm start\n`);
      exit(0);
    });
}
