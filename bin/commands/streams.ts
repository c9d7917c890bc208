import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function streamsCommand({ exit, project }: CommandContext): Command {
  return new Command('streams')
    .description('List the streams with topic, table, Kafka partitions and description.')
    .option('--json', 'print one JSON array of objects')
    .addHelpText('after', '\nExamples:\n  $ weir streams\n')
    .action(async (options) => {
      const { streams } = await import('../run/streams.ts');
      exit(await streams(await project(), options));
    });
}
