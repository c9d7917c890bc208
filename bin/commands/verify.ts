import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';

export function verifyCommand({ exit, project }: CommandContext): Command {
  return new Command('verify')
    .description(
      'Send one event of each kind, and a bad record, through a deployment on AWS, and wait for them everywhere; exits with 1 ' +
        'where they do not arrive.',
    )
    .option('--deployment <name>', 'one of the project’s deployments', 'dev')
    .option('--wait <seconds>', 'how long to wait at each place', numberBetween(1, 3600), 600)
    .addHelpText('after', '\nExamples:\n  $ weir verify --deployment dev\n')
    .action(async ({ deployment, wait }) => {
      const { verifyDeployment } = await import('../run/verify.ts');
      exit(await verifyDeployment(await project(), { name: deployment, maxWaitMs: wait * 1000 }));
    });
}
