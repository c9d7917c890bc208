import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function rebuildCommand({ exit, project }: CommandContext): Command {
  return new Command('rebuild')
    .description(
      'Rebuild every table of the SQL models from the lake. The old tables stay in place until all are rebuilt.',
    )
    .addOption(dataDirOption())
    .addOption(settingOption('--window-seconds <n>', 'windowSeconds'))
    .addHelpText('after', '\nExamples:\n  $ weir rebuild --window-seconds 300\n')
    .action(async (options) => {
      const { runRebuild } = await import('../run/rebuild.ts');
      exit(await runRebuild(await project(), options));
    });
}
