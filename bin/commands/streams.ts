import { Command } from 'commander';

export function streamsCommand(exit: (code: number) => void): Command {
  return new Command('streams')
    .description('List the streams: topic, table, kafka partitions, and what they are.')
    .option('--json', 'print one JSON array of objects')
    .addHelpText('after', '\nExamples:\n  $ weir streams\n')
    .action(async (options) => {
      const { streams } = await import('../run/streams.ts');
      exit(await streams(options));
    });
}
