import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { lakeTable } from '../../derive/names.ts';
import { type FillDeps, replayedRows, type ShardToFill } from '../meter/fill-gaps.ts';
import { type LakeCoverage, rangeOf } from '../meter/lake-coverage.ts';
import { parseShardState, type ShardState } from '../meter/shard-state.ts';
import type { MetricEntry, MetricStore } from '../metric-store.ts';
import { countOffsets, intersect, type OffsetRanges, subtract } from '../offset-ranges.ts';
import type { Clock } from '../ports.ts';
import { type Finding, offsetsText } from './finding.ts';
import { SETTLE_MS } from './settle.ts';

export interface AuditLiveDeps extends Pick<FillDeps, 'coverageOf' | 'rows'> {
  readonly metrics: Pick<MetricStore, 'read' | 'entries'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

type ShardToAudit = Omit<ShardToFill, 'committed'>;

/**
 * Compares a shard's live metrics with the lake's rows at the offsets that a metric has counted, if the lake has all of
 * them and nothing is counted in between. Differences are checked a second time.
 */
export async function auditLive(deps: AuditLiveDeps, shard: ShardToAudit): Promise<readonly Finding[]> {
  const first = await findings(deps, shard);
  if (first.size === 0) return [];
  await deps.clock.sleep(SETTLE_MS);
  const second = await findings(deps, shard);
  return [...second].filter(([what]) => first.has(what)).map(([, finding]) => finding);
}

/** Findings by subject, which stays the same while more is counted. */
async function findings(deps: AuditLiveDeps, { shard, contract, definitions }: ShardToAudit) {
  const found = new Map<string, Finding>();
  const text = await deps.metrics.read(shard);
  if (text === null) return found;
  const state = parseShardState(text);
  const table = lakeTable(contract);
  const add = (what: string, kind: Finding['kind'], message: string) =>
    found.set(what, {
      ...{ kind, table: `${table.database}.${table.table}`, hour: null, message },
      remedy: 'weir metrics rebuild, or weir repair --apply',
      repair: 'counts its live metrics again from the lake',
    });
  const coverage = await deps.coverageOf(table, shard);
  const uncounted = uncountedReplays(coverage, state);
  if (uncounted !== null) {
    const { offsets, made, sources } = uncounted;
    const among = [
      ...(offsets.length === 0 ? [] : [offsetsText(shard.kafkaPartition, offsets)]),
      ...(sources === 0 ? [] : [`${made} rows that were made from the lake, of ${sources} records of the source`]),
    ];
    add('replays', 'live_behind', `live metrics lack rows of replays, among: ${among.join('; ')}`);
    return found;
  }
  for (const definition of definitions) {
    const counted = countedOffsets(state, definition);
    if (counted.length === 0 || subtract(counted, coverage.covered).length > 0) continue;
    const range = rangeOf(table, shard, coverage, counted);
    const expected = await deps.rows.fold(range, definition, state.windowFloorSeconds);
    const entries = await entriesAt(deps.metrics, { shard, metric: definition.id, state: text });
    const wrong = entries === undefined ? 0 : differences(entries, expected);
    if (wrong === 0) continue;
    const groups = `${wrong} ${wrong === 1 ? 'group differs' : 'groups differ'}`;
    const what = `live metric ${definition.name} is not what the rows give: ${groups}`;
    add(definition.id, 'live_differs', `${what}, counted from ${offsetsText(shard.kafkaPartition, counted)}`);
  }
  return found;
}

/** The rows of replays, if the shard counts fewer of them in an hour than it has covered; else null. */
function uncountedReplays({ hours }: LakeCoverage, state: ShardState) {
  const counts = Object.entries(replayedRows(hours, state));
  if (counts.every(([hour, count]) => count <= (state.replayed[hour] ?? 0))) return null;
  const offsets: OffsetRanges = hours.flatMap(({ amended }) => intersect(amended, state.covered));
  return {
    offsets,
    made: hours.reduce((sum, { made }) => sum + made, 0),
    sources: hours.reduce((sum, { amendedSources }) => sum + countOffsets(amendedSources?.offsets ?? []), 0),
  };
}

function countedOffsets({ covered, metrics }: ShardState, { id }: MetricDefinition): OffsetRanges {
  const metric = metrics.find((one) => one.id === id);
  return metric === undefined ? [] : subtract(covered, metric.missing);
}

const PAGE_ENTRIES = 2000;

/** All entries of a metric; undefined if the shard has changed since `state`. */
async function entriesAt(
  metrics: AuditLiveDeps['metrics'],
  { shard, metric, state }: { readonly shard: ShardToAudit['shard']; readonly metric: string; readonly state: string },
): Promise<readonly MetricEntry[] | undefined> {
  const all: MetricEntry[] = [];
  for (;;) {
    const last = all.at(-1);
    const range = { limit: PAGE_ENTRIES, ...(last && { after: last.name }) };
    const page = await metrics.entries(shard, metric, range);
    if (page.state !== state) return undefined;
    all.push(...page.entries);
    if (page.entries.length < PAGE_ENTRIES) return all;
  }
}

/** The number of groups whose figures differ; a group that only one side has counts as different. */
function differences(found: readonly MetricEntry[], expected: readonly MetricEntry[]): number {
  const text = ({ values }: MetricEntry) => values.map(String).join(' ');
  const figures = new Map(found.map((entry) => [entry.name, text(entry)]));
  const wrong = expected.filter((entry) => figures.get(entry.name) !== text(entry)).length;
  const names = new Set(expected.map(({ name }) => name));
  return wrong + found.filter(({ name }) => !names.has(name)).length;
}
