import { Command, Option } from 'commander';
import { rejectionReasons } from '../../lib/pipeline/outcome.ts';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption } from '../setting-options.ts';

export function dlqCommand({ exit, project }: CommandContext): Command {
  const list = new Command('list')
    .description('List the newest dead letters, and how many there are for each reason.')
    .option('--stream <name>', 'only those of this stream')
    .addOption(new Option('--reason <reason>', 'only those with this reason').choices(rejectionReasons))
    .option('--limit <n>', 'at most so many', numberBetween(1, 1e6), 20)
    .option('--json', 'print one JSON array of objects, payloads included')
    .addOption(dataDirOption())
    .addHelpText(
      'after',
      `
Examples:
  $ weir dlq list
  $ weir dlq list --stream shop.feedback --reason rule --limit 100
  $ weir query "select payload from lake.dead_letters where reason = 'not_json'"
`,
    )
    .action(async (options) => {
      const { listDeadLetters } = await import('../run/dlq-list.ts');
      exit(await listDeadLetters(await project(), options));
    });
  return new Command('dlq').description('Look at the records that could not be rows.').addCommand(list);
}
