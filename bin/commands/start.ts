import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function startCommand({ exit, project }: CommandContext): Command {
  return new Command('start')
    .description(
      'Run the whole pipeline: generators, topics, sink, lake and REST API, with a live status. Ctrl-C stops it.',
    )
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers', 'Use this Kafka cluster instead of the embedded log'))
    .option('--no-generate', 'do not generate example events')
    .option('--once', 'process everything on the topics, then exit; generates no example events')
    .addOption(settingOption('--host <address>', 'host'))
    .addOption(settingOption('--port <n>', 'port'))
    .addOption(
      settingOption(
        '--token <text>',
        'token',
        'The token that requests must send then. Visible to other users of this machine, unlike the variable',
      ),
    )
    .addOption(settingOption('--rate <factor>', 'rate'))
    .addOption(settingOption('--seed <n>', 'seed', 'Makes the generators repeatable'))
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
