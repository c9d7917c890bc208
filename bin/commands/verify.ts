import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';

export function verifyCommand({ exit, project }: CommandContext): Command {
  return new Command('verify')
    .description(
      'Send one event to each stream, and a bad record, through a deployment on AWS, and wait until they arrive everywhere; ' +
        'exits with 1 if they do not.',
    )
    .option('--deployment <name>', 'one of the project’s deployments', 'dev')
    .option('--wait <seconds>', 'how long to wait at each step', numberBetween(1, 3600), 600)
    .addHelpText('after', '\nExamples:\n  $ weir verify --deployment dev\n')
    .action(async ({ deployment, wait }) => {
      const { verifyDeployment } = await import('../run/verify.ts');
      exit(await verifyDeployment(await project(), { name: deployment, maxWaitMs: wait * 1000 }));
    });
}
