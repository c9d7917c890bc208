import type { MetricDefinition } from '../../lib/derive/metric-definitions.ts';
import { tableLines } from '../../lib/local/display/table-output.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { type LiveMetrics, readLiveMetrics } from '../../lib/local/live-metrics.ts';
import { jsonOutput, oneChunk } from '../../lib/local/query/query-output.ts';
import { answerMetric, type MetricAnswer } from '../../lib/pipeline/meter/metric-answer.ts';
import { metricState } from '../../lib/pipeline/meter/read-metric.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';
import { UsageError } from '../usage-error.ts';

export interface MetricsOptions extends Partial<Settings> {
  readonly limit: number;
  readonly json?: boolean;
}

/** `weir metrics`. Returns the exit code. @throws UsageError for an unknown metric. */
export async function metrics(
  { contracts }: LocatedProject,
  name: string | undefined,
  options: MetricsOptions,
): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const live = await readLiveMetrics({ folder: dataFolder(settings.dataDir), contracts, settings });
  try {
    if (name === undefined) await list(live, options);
    else await show(live, name, options);
    return 0;
  } finally {
    await live.store.close();
  }
}

async function list({ store, metrics }: LiveMetrics, { json }: MetricsOptions): Promise<void> {
  const states = await Promise.all(metrics.map((metric) => metricState(store, metric)));
  const names = ['metric', 'stream', 'by', 'figures', 'over', 'as_of', 'complete'];
  const rows = metrics.map(({ definition }, index) => [
    definition.name,
    definition.stream,
    definition.by.map(({ path }) => path).join(', '),
    definition.measures.map((measure) => measure.name).join(', '),
    over(definition),
    states[index]?.asOf ?? null,
    states[index]?.isComplete ?? false,
  ]);
  const columns = names.map((column) => ({ name: column, type: column === 'complete' ? 'BOOLEAN' : 'VARCHAR' }));
  const result = { columns, rows: oneChunk(rows) };
  await print(json ? jsonOutput(result) : tableLines(result, outputWidth()));
}

const over = ({ windowSeconds }: MetricDefinition) => (windowSeconds === null ? 'all time' : `${windowSeconds} s`);

async function show({ store, metrics }: LiveMetrics, name: string, { limit, json }: MetricsOptions): Promise<void> {
  const metric = metrics.find(({ definition }) => definition.name === name);
  if (metric === undefined) {
    const known = metrics.map(({ definition }) => definition.name).join(', ');
    throw new UsageError(`expected one of the metrics ${known || '(none is declared)'}, found "${name}"`);
  }
  const answer = await answerMetric(store, metric, { limit });
  if ('invalid' in answer) throw new UsageError(answer.detail);
  if (json) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  await print(tableLines(tableOf(metric.definition, answer), outputWidth()));
  const late = answer.expired === 0 ? '' : `; ${answer.expired} events came too late for their windows`;
  const incomplete = answer.complete ? '' : '; incomplete: something before is still to be counted from the lake';
  process.stdout.write(
    `(${answer.data.length} of ${answer.count}, as of ${answer.as_of ?? 'never'}${late}${incomplete})\n`,
  );
}

function tableOf({ by, measures, windowSeconds }: MetricDefinition, { data }: MetricAnswer) {
  const windows = windowSeconds === null ? [] : ['window_start', 'closed'];
  const columns = [
    ...[...windows, ...by.map(({ path }) => path)].map((name) => ({ name, type: 'VARCHAR' })),
    ...measures.map(({ name }) => ({ name, type: 'BIGINT' })),
  ];
  const rows = data.map(({ group, values, window }) => [
    ...(window === undefined ? [] : [window.start, window.closed]),
    ...by.map(({ path }) => group[path] ?? null),
    ...measures.map(({ name }) => values[name] ?? null),
  ]);
  return { columns, rows: oneChunk(rows) };
}
