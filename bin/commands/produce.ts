import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function produceCommand({ exit, project }: CommandContext): Command {
  return new Command('produce')
    .description(
      'Send events to a stream: generated ones, or those of a file. Works beside a running pipeline or alone.',
    )
    .argument('<stream>', 'such as shop.purchases; "weir streams" lists them')
    .option('--rate <n>', 'events a second; as fast as it goes where not given', numberBetween(0.001, 1e6, 'any'))
    .option(
      '--count <n>',
      'generate this many events; without end (one a second) where not given',
      numberBetween(1, 1e12),
    )
    .addOption(settingOption('--seed <n>', 'seed', 'The same seed makes the same events'))
    .option(
      '--file <path>',
      'send the events of this file: one a line, a JSON list, or indented objects; gzip or not; - is standard input',
    )
    .option('--dir <path>', 'send the events of all event files in this folder, in the order of their names')
    .option('--raw', 'send the lines’ bytes as they are, not validated and not masked')
    .option('--strict', 'exit with 1 when an event was refused')
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers', 'Send to this Kafka'))
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
