import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function compactCommand({ exit, project }: CommandContext): Command {
  return new Command('compact')
    .description('Merge the small objects of past hours, where that is due. If interrupted, run it again to continue.')
    .option('--table <name>', 'only this table, such as lake.shop_purchases or lake.dead_letters')
    .option('--from <hour>', 'from this hour on: 2026-01-30T00, UTC')
    .option('--to <hour>', 'up to and including this hour')
    .addOption(dataDirOption())
    .addOption(settingOption('--keep-generations-hours <n>', 'keepGenerationsHours'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ weir compact\n  $ weir compact --table lake.shop_purchases --from 2026-01-30T00 --to 2026-01-31T23\n',
    )
    .action(async (options) => {
      const { runCompact } = await import('../run/compact.ts');
      exit(await runCompact(await project(), options));
    });
}
