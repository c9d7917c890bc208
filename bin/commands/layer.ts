import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function layerCommand({ exit, project }: CommandContext): Command {
  return new Command('layer')
    .description('Install DuckDB’s native package for AWS Lambda in the project’s layer/: "npm install" runs it.')
    .action(async () => {
      const { installLayer } = await import('../run/layer.ts');
      exit(await installLayer(await project()));
    });
}
