import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption } from '../setting-options.ts';

export function auditCommand({ exit, project }: CommandContext): Command {
  return new Command('audit')
    .description(
      'Check that the lake holds each record exactly once: in object footers, the catalogue, and the rows; and, unless ' +
        'hours are given, that live metrics equal what the rows give. Writes nothing ' +
        'but audit.json, which the dashboard shows; works beside a running pipeline.',
    )
    .option('--stream <name>', 'only the table of this stream, and the dead letters')
    .option('--from <hour>', 'from this hour on: 2026-01-30T00, UTC')
    .option('--to <hour>', 'up to and including this hour')
    .option('--json', 'print the findings as one JSON array')
    .addOption(dataDirOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ weir audit\n  $ weir audit --stream shop.purchases --from 2026-01-30T00 --to 2026-01-31T23\n',
    )
    .action(async (options) => {
      const { runAudit } = await import('../run/audit.ts');
      exit(await runAudit(await project(), options));
    });
}
