import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function startCommand({ exit, project }: CommandContext): Command {
  return new Command('start')
    .description(
      'Run the whole pipeline: generators, topics, sink, lake and REST API, with a live status. Ctrl-C stops it.',
    )
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers', 'Use this Kafka instead of the log in the data folder'))
    .option('--no-generate', 'make no example events')
    .option('--once', 'bring everything that is on the topics into the lake, and leave; never makes example events')
    .addOption(settingOption('--host <address>', 'host'))
    .addOption(settingOption('--port <n>', 'port'))
    .addOption(
      settingOption(
        '--token <text>',
        'token',
        'What a request must bring then. Others on this machine see it here, and not in the variable',
      ),
    )
    .addOption(settingOption('--rate <factor>', 'rate'))
    .addOption(settingOption('--seed <n>', 'seed', 'Makes the generators repeat themselves'))
    .addHelpText(
      'after',
      `
Examples:
  $ weir start
  $ weir start --brokers localhost:9092
  $ weir start --no-generate
  $ WEIR_TOKEN=… weir start --host 0.0.0.0
  $ weir start --once
`,
    )
    .action(async (options) => {
      const { start } = await import('../run/start.ts');
      exit(await start(await project(), options));
    });
}
