import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function produceCommand({ exit, project }: CommandContext): Command {
  return new Command('produce')
    .description('Send events to a stream, generated or from files. Works beside a running pipeline or alone.')
    .argument('<stream>', 'such as shop.purchases; "weir streams" lists them')
    .option('--rate <n>', 'events per second (default: as fast as possible)', numberBetween(0.001, 1e6, 'any'))
    .option('--count <n>', 'generate this many events (default: one per second, without end)', numberBetween(1, 1e12))
    .addOption(settingOption('--seed <n>', 'seed', 'The same seed makes the same events'))
    .option(
      '--file <path>',
      'send the events of this file: JSON lines, a JSON array, or indented objects; may be gzipped; - is standard input',
    )
    .option('--dir <path>', 'send the events of all event files in this folder, in name order')
    .option('--raw', 'send each line’s bytes unchanged, without validation or masking')
    .option('--strict', 'exit with 1 if any event was refused')
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers', 'The Kafka cluster to send to'))
    .addHelpText(
      'after',
      `
Events that the stream's contract refuses are not sent; each is reported with its line and reason. When all are, the
exit code is 1.

Examples:
  $ weir produce shop.purchases --count 1000 --seed 7
  $ weir produce chat.rooms --rate 50
  $ weir produce shop.feedback --file feedback.ndjson --strict
  $ weir produce search.raw --dir recorded/ --rate 200
`,
    )
    .action(async (stream, options) => {
      const { produce } = await import('../run/produce.ts');
      exit(await produce(await project(), stream, options));
    });
}
