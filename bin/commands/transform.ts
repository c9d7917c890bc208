import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function transformCommand({ exit, project }: CommandContext): Command {
  return new Command('transform')
    .description('Run the SQL models over those of the last 24 hours that have changed since the last run.')
    .option('--hour <hour>', 'only this hour, even if unchanged: 2026-01-31T13, UTC')
    .option('--model <name>', 'only this model, even if unchanged, after the changed models that it reads')
    .addOption(dataDirOption())
    .addOption(settingOption('--window-seconds <n>', 'windowSeconds'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ weir transform\n  $ weir transform --hour 2026-01-31T13 --model analytics.rooms\n',
    )
    .action(async (options) => {
      const { runTransform } = await import('../run/transform.ts');
      exit(await runTransform(await project(), options));
    });
}
