import { Command, Option } from 'commander';
import { rejectionReasons } from '../../lib/pipeline/outcome.ts';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption } from '../setting-options.ts';

export function dlqCommand(context: CommandContext): Command {
  return new Command('dlq')
    .description('Look at the records that could not be rows, and make rows of them once they are fixed.')
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(replayCommand(context));
}

function listCommand({ exit, project }: CommandContext): Command {
  return withSelection(new Command('list'))
    .description('List the newest dead letters that are open (no rows yet), and how many there are for each reason.')
    .option('--stream <name>', 'only those of this stream')
    .option('--all', 'those that have become rows, too')
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
}

const MAX_KAFKA_PARTITION = 2 ** 31 - 1;

function showCommand({ exit, project }: CommandContext): Command {
  return new Command('show')
    .description('Show one dead letter whole.')
    .argument('<stream>', 'its stream')
    .argument('<kafka-partition>', 'its kafka partition', numberBetween(0, MAX_KAFKA_PARTITION))
    .argument('<offset>', 'its offset', numberBetween(0, Number.MAX_SAFE_INTEGER))
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir dlq show shop.feedback 0 17\n')
    .action(async (stream, kafkaPartition, kafkaOffset, options) => {
      const { showDeadLetter } = await import('../run/dlq-show.ts');
      exit(await showDeadLetter(await project(), { stream, kafkaPartition, kafkaOffset }, options));
    });
}

function replayCommand({ exit, project }: CommandContext): Command {
  return withSelection(new Command('replay'))
    .description(
      'Make rows of open dead letters, at the positions of their records, where the contract accepts them now. ' +
        'Killed and run again, it goes on; each letter becomes a row once.',
    )
    .requiredOption('--stream <name>', 'those of this stream')
    .option('--with <file>', 'a file whose default export fixes each: (event, letter) => event')
    .option('--dry-run', 'write nothing: show what the fix changes, what would be accepted, and what not and why')
    .addOption(dataDirOption())
    .addHelpText(
      'after',
      `
Examples:
  $ weir dlq replay --stream shop.feedback --reason rule --with fix.ts --dry-run
  $ weir dlq replay --stream shop.feedback --reason rule --with fix.ts
`,
    )
    .action(async (options) => {
      const { replayDeadLetters } = await import('../run/dlq-replay.ts');
      exit(await replayDeadLetters(await project(), options));
    });
}

function withSelection(command: Command): Command {
  return command
    .addOption(new Option('--reason <reason>', 'only those with this reason').choices(rejectionReasons))
    .option('--path <field>', 'only those whose first failing field is this one')
    .option('--from <hour>', 'only those that came in this hour or later: 2026-01-30T00, UTC')
    .option('--to <hour>', 'only those that came in this hour or earlier');
}
