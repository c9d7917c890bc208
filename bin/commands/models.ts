import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption } from '../setting-options.ts';

export function modelsCommand({ exit, project }: CommandContext): Command {
  return new Command('models')
    .description('List the SQL models in the order in which they run, with inputs, freshness and failures.')
    .addOption(new Option('--mermaid', 'print their graph as a Mermaid flowchart').conflicts('json'))
    .option('--json', 'print one JSON array of objects')
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir models\n  $ weir models --mermaid > models.mmd\n')
    .action(async (options) => {
      const { models } = await import('../run/models.ts');
      exit(await models(await project(), options));
    });
}
