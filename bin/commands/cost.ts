import { Command } from 'commander';
import { exampleLoad } from '../../lib/cost/load.ts';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';

export function costCommand({ exit, project }: CommandContext): Command {
  const { eventsPerSecond, bytesPerEvent, queriesPerDay } = exampleLoad;
  return new Command('cost')
    .description('Estimate the monthly cost of a deployment by service, for each kind of broker, from its templates.')
    .option('--deployment <name>', 'one of the project’s deployments', 'dev')
    .option(
      '--events-per-second <n>',
      'events per second over all streams',
      numberBetween(0.001, 1e6, 'any'),
      eventsPerSecond,
    )
    .option('--bytes <n>', 'bytes per event', numberBetween(1, 4_000_000), bytesPerEvent)
    .option('--queries <n>', 'Athena queries per day, of one gigabyte each', numberBetween(0, 1e6), queriesPerDay)
    .addHelpText(
      'after',
      `
Nothing is asked of AWS: the prices are those of lib/cost/prices.ts, with their date.

Examples:
  $ weir cost
  $ weir cost --deployment prod --events-per-second 20 --bytes 300
`,
    )
    .action(async (options) => {
      const { runCost } = await import('../run/cost.ts');
      process.stdout.write(`${await runCost(await project(), options)}\n`);
      exit(0);
    });
}
