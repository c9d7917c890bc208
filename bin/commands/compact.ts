import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function compactCommand({ exit, project }: CommandContext): Command {
  return new Command('compact')
    .description(
      'Make the many small objects of hours that are over few, where that is due. Killed and run again, it goes on.',
    )
    .option('--table <name>', 'the hours of this table: lake.shop_purchases, or lake.dead_letters')
    .option('--from <hour>', 'from this hour on: 2026-01-30T00, UTC')
    .option('--to <hour>', 'up to this hour, this one included')
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
