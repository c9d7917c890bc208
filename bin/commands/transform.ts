import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function transformCommand({ exit, project }: CommandContext): Command {
  return new Command('transform')
    .description('Run the SQL models over the last 24 hours, where the lake has changed since they ran.')
    .option('--hour <hour>', 'this hour alone, changed or not: 2026-01-31T13, UTC')
    .option('--model <name>', 'this model, changed or not, after what it reads and has changed')
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
