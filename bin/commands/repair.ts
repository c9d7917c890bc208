import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption } from '../setting-options.ts';

export function repairCommand({ exit, project }: CommandContext): Command {
  return new Command('repair')
    .description(
      'Print the findings of weir audit and their repairs; with --apply, repair: register hours, move locations ' +
        'forward, finish compactions, recount live metrics. Deletes no object; works beside a running pipeline.',
    )
    .option('--apply', 'repair; otherwise nothing is written')
    .option('--stream <name>', 'only the table of this stream, and the dead letters')
    .option('--from <hour>', 'from this hour on: 2026-01-30T00, UTC')
    .option('--to <hour>', 'up to and including this hour')
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir repair\n  $ weir repair --from 2026-01-30T00 --apply\n')
    .action(async (options) => {
      const { runRepair } = await import('../run/repair.ts');
      exit(await runRepair(await project(), options));
    });
}
