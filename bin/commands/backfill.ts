import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function backfillCommand({ exit, project }: CommandContext): Command {
  return new Command('backfill')
    .description('Run the SQL models over a span of hours. If interrupted, run it again to continue.')
    .requiredOption('--from <hour>', 'first hour: 2026-01-30T00, UTC')
    .requiredOption('--to <hour>', 'last hour, inclusive')
    .option('--model <name>', 'only this model and the models that it reads')
    .option('--again', 'also hours whose tables are up to date')
    .addOption(dataDirOption())
    .addOption(settingOption('--window-seconds <n>', 'windowSeconds'))
    .addHelpText('after', '\nExamples:\n  $ weir backfill --from 2026-01-30T00 --to 2026-01-31T23\n')
    .action(async (options) => {
      const { runBackfill } = await import('../run/transform.ts');
      exit(await runBackfill(await project(), options));
    });
}
