import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function doctorCommand({ exit, project }: CommandContext): Command {
  return new Command('doctor')
    .description(
      'Print the effective settings and check this machine, or an AWS account; exits with 1 when a check fails.',
    )
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers'))
    .option('--aws', 'check instead whether a deployment to the AWS account of the current credentials would succeed')
    .option('--deployment <name>', 'with --aws: one of the project’s deployments', 'dev')
    .addHelpText(
      'after',
      '\nExamples:\n  $ weir doctor\n  $ weir doctor --brokers localhost:9092\n  $ weir doctor --aws --deployment prod\n',
    )
    .action(async ({ aws, deployment, ...options }) => {
      if (aws === true) {
        const { doctorOfAws } = await import('../run/doctor-aws.ts');
        exit(await doctorOfAws(await project(), deployment));
        return;
      }
      const { doctor } = await import('../run/doctor.ts');
      exit(await doctor(await project(), options));
    });
}
