import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function rebuildCommand({ exit, project }: CommandContext): Command {
  return new Command('rebuild')
    .description('Make every table of the SQL models anew, out of the lake. The old ones are there until all is made.')
    .addOption(dataDirOption())
    .addOption(settingOption('--window-seconds <n>', 'windowSeconds'))
    .addHelpText('after', '\nExamples:\n  $ weir rebuild --window-seconds 300\n')
    .action(async (options) => {
      const { runRebuild } = await import('../run/rebuild.ts');
      exit(await runRebuild(await project(), options));
    });
}
