import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption } from '../setting-options.ts';

export function resetCommand({ exit, project }: CommandContext): Command {
  return new Command('reset')
    .description('Delete topics, lake and catalogue of a data folder. Asks first; deletes only what Weir created.')
    .option('--yes', 'do not ask')
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir reset\n  $ weir reset --yes --data-dir /tmp/weir\n')
    .action(async (options) => {
      const { reset } = await import('../run/reset.ts');
      exit(await reset(await project(), options));
    });
}
