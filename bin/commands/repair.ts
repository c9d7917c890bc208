import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption } from '../setting-options.ts';

export function repairCommand({ exit, project }: CommandContext): Command {
  return new Command('repair')
    .description(
      'Say what weir audit finds and what can be done about it; with --apply, do it: register hours, move locations ' +
        'forward, finish compactions. It deletes nothing, and may run beside a pipeline.',
    )
    .option('--apply', 'repair; without it nothing is written')
    .option('--stream <name>', 'only the table of this stream, and the dead letters')
    .option('--from <hour>', 'from this hour on: 2026-01-30T00, UTC')
    .option('--to <hour>', 'up to this hour, this one included')
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir repair\n  $ weir repair --from 2026-01-30T00 --apply\n')
    .action(async (options) => {
      const { runRepair } = await import('../run/repair.ts');
      exit(await runRepair(await project(), options));
    });
}
