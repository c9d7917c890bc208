import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function inferCommand({ exit, project }: CommandContext): Command {
  return new Command('infer')
    .description('Infer a contract from a sample of events, and report how many of them it accepts.')
    .argument('<stream>', 'the name of the new stream, such as orders')
    .addOption(
      new Option(
        '--file <path>',
        'a file of events, or a folder of such files, in the formats that produce reads',
      ).conflicts('topic'),
    )
    .option('--topic <name>', 'the current events of this topic')
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers', 'The Kafka cluster of the topic'))
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
