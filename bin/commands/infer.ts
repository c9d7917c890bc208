import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function inferCommand({ exit, project }: CommandContext): Command {
  return new Command('infer')
    .description('Write a contract that holds for a sample of events, and say how many of them it accepts.')
    .argument('<stream>', 'the name of the new stream, such as orders')
    .addOption(
      new Option('--file <path>', 'events in a file, or in the files of a folder, as produce reads them').conflicts(
        'topic',
      ),
    )
    .option('--topic <name>', 'the events that are on this topic now')
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers', 'The topic is in this Kafka'))
    .addHelpText(
      'after',
      `
The file goes to streams/ of the project, with the reason for key, event time and identity in comments, and a mark wherever
there may be personal data. A file that is there already is left alone.

Examples:
  $ weir infer orders --file sample.ndjson
  $ weir infer orders --topic orders --brokers localhost:9092
`,
    )
    .action(async (stream, options) => {
      const { infer } = await import('../run/infer.ts');
      exit(await infer(await project(), stream, options));
    });
}
