import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { numberBetween } from '../number-option.ts';
import { dataDirOption } from '../setting-options.ts';

export function metricsCommand({ exit, project }: CommandContext): Command {
  const rebuild = new Command('rebuild')
    .description(
      'Recount all live metrics from the lake. Works beside a running pipeline or alone; answers are incomplete until it finishes.',
    )
    .addOption(dataDirOption())
    .addHelpText('after', '\nExamples:\n  $ weir metrics rebuild\n')
    .action(async (options) => {
      const { rebuildMetrics } = await import('../run/metrics-rebuild.ts');
      exit(await rebuildMetrics(await project(), options));
    });
  return new Command('metrics')
    .description('List the live metrics, or print one. Works beside a running pipeline or alone.')
    .argument('[name]', 'the metric to print; if omitted, all metrics are listed')
    .option('--limit <n>', 'the maximum number of groups', numberBetween(1, 1e6), 20)
    .option('--json', 'print JSON: the list of metrics, or the answer of one')
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
