import { Command, Option } from 'commander';
import { rejectionReasons } from '../../lib/pipeline/outcome.ts';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption } from '../setting-options.ts';

export function dlqCommand(context: CommandContext): Command {
  return new Command('dlq')
    .description('Inspect dead letters, the records that could not become rows, and replay them once they are fixed.')
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(replayCommand(context));
}

function listCommand({ exit, project }: CommandContext): Command {
  return withSelection(new Command('list'))
    .description('List the newest open dead letters (not yet replayed), and their counts by reason.')
    .option('--stream <name>', 'only dead letters of this stream')
    .option('--all', 'also dead letters that were replayed')
    .option('--limit <n>', 'the maximum number to list', numberBetween(1, 1e6), 20)
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
    .description('Show one dead letter in full.')
    .argument('<stream>', 'its stream')
    .argument('<kafka-partition>', 'its Kafka partition', numberBetween(0, MAX_KAFKA_PARTITION))
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
      'Replay open dead letters: those that the contract accepts now become rows at the positions of their records. ' +
        'If interrupted, run it again to continue; each dead letter becomes a row exactly once.',
    )
    .requiredOption('--stream <name>', 'dead letters of this stream')
    .option('--with <file>', 'a file whose default export fixes each event: (event, letter) => event')
    .option('--dry-run', 'write nothing; show what the fix changes, what would be accepted, and why the rest would not')
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
    .option('--from <hour>', 'only those ingested in this hour or later: 2026-01-30T00, UTC')
    .option('--to <hour>', 'only those ingested in this hour or earlier');
}
