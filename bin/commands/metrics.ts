import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption } from '../setting-options.ts';

export function metricsCommand({ exit, project }: CommandContext): Command {
  const rebuild = new Command('rebuild')
    .description(
      'Count all live metrics from the lake again. Works beside a running pipeline or alone; until it is done, answers are incomplete.',
    )
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir metrics rebuild\n')
    .action(async (options) => {
      const { rebuildMetrics } = await import('../run/metrics-rebuild.ts');
      exit(await rebuildMetrics(await project(), options));
    });
  return new Command('metrics')
    .description('List the live metrics, or print one. Works beside a running pipeline or alone.')
    .argument('[name]', 'a metric; all are listed without one')
    .option('--limit <n>', 'at most so many groups', numberBetween(1, 1e6), 20)
    .option('--json', 'print JSON: a list of the metrics, or the answer of one')
    .addOption(dataDirOption())
    .addHelpText(
      'after',
      `
Examples:
  $ weir metrics
  $ weir metrics purchase_windows --limit 100
`,
    )
    .action(async (name, options) => {
      const { metrics } = await import('../run/metrics.ts');
      exit(await metrics(await project(), name, options));
    })
    .addCommand(rebuild);
}
