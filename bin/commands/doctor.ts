import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption, settingOption } from '../setting-options.ts';

export function doctorCommand({ exit, project }: CommandContext): Command {
  return new Command('doctor')
    .description('Print the effective settings and check this machine; exits with 1 when a check fails.')
    .addOption(dataDirOption())
    .addOption(settingOption('--brokers <list>', 'brokers'))
    .addHelpText('after', '\nExamples:\n  $ weir doctor\n  $ weir doctor --brokers localhost:9092\n')
    .action(async (options) => {
      const { doctor } = await import('../run/doctor.ts');
      exit(await doctor(await project(), options));
    });
}
