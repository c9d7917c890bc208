import type { RuleFinding } from '../../api/health-routes.ts';
import type { Trouble } from '../../api/status-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { breaks, limitOf, localRules } from '../../derive/alarm-rules.ts';
import { DEAD_LETTERS, lakeTable, type TableName } from '../../derive/names.ts';
import { hourFolder } from '../../derive/table-partition.ts';
import { metricOverview } from '../../pipeline/meter/metric-overview.ts';
import { type AskedMetric, metricState } from '../../pipeline/meter/read-metric.ts';
import type { MetricStore } from '../../pipeline/metric-store.ts';
import type { Catalog, Clock, EventLog, ObjectStore } from '../../pipeline/ports.ts';
import { unregisteredHours } from '../folder/unregistered-hours.ts';
import { freeBytes } from '../machine-checks.ts';
import type { RuleCheck } from './watch-rules.ts';

/** Whatever the pipeline reports that it retries, or has stopped. */
export function troubleCheck(troubles: () => readonly Trouble[], everyMs: number): RuleCheck {
  return {
    ...{ rule: localRules.trouble, everyMs },
    findings: async () =>
      troubles().map(({ what, message, state }) => ({
        where: what,
        found: `${message} ${state === 'trying' ? '(It is retried.)' : '(It has stopped.)'}`,
        page: null,
      })),
  };
}

/** A topic, and the sink's consumer group that reads it. */
export interface ReadTopic {
  readonly stream: string;
  readonly topic: string;
  readonly group: string;
  /** Why it has not been read since the start; null if it has. */
  readonly refusal: string | null;
}

/** A broker that is away makes Kafka's clients wait and retry: their request is not waited for that long. */
const LOG_ANSWER_MS = 10_000;

/** @param where the brokers */
export function unreachableCheck(
  log: Pick<EventLog, 'endOffsets'>,
  [first]: readonly Pick<ReadTopic, 'topic'>[],
  { where, clock, everyMs }: { readonly where: string; readonly clock: Clock; readonly everyMs: number },
): RuleCheck {
  return {
    ...{ rule: localRules.logUnreachable, everyMs },
    async findings() {
      if (first === undefined) return [];
      const answered = log.endOffsets(first.topic).then(
        () => null,
        (error) => (error instanceof Error ? error.message : String(error)),
      );
      const late = clock.sleep(LOG_ANSWER_MS).then(() => `no answer after ${LOG_ANSWER_MS / 1000} s`);
      const message = await Promise.race([answered, late]);
      return message === null ? [] : [{ where, found: `The log does not answer: ${message}`, page: null }];
    },
  };
}

/** Nothing reads a topic: it was recreated, or its reader has stopped. */
export function unreadCheck(log: Pick<EventLog, 'readers'>, topics: readonly ReadTopic[], everyMs: number): RuleCheck {
  return {
    ...{ rule: localRules.topicUnread, everyMs },
    async findings() {
      const found: RuleFinding[] = [];
      for (const { stream, topic, group, refusal } of topics) {
        if ((await log.readers(topic, group)) > 0) continue;
        found.push({
          where: stream,
          found: `No member of group ${group} reads topic ${topic}: ${refusal ?? 'its reader has stopped, or has lost its place in the group.'}`,
          page: ['streams', stream],
        });
      }
      return found;
    },
  };
}

/** Hours are checked twice before they are reported: a sink registers an hour after it has written its object. */
export function unregisteredCheck(
  lake: { readonly store: Pick<ObjectStore, 'list' | 'listFolders'>; readonly catalog: Catalog },
  contracts: readonly Contract[],
  everyMs: number,
): RuleCheck {
  const tables: readonly TableName[] = [...contracts.map(lakeTable), DEAD_LETTERS];
  let before = new Set<string>();
  return {
    ...{ rule: localRules.hourUnregistered, everyMs },
    async findings() {
      const found: RuleFinding[] = [];
      const now = new Set<string>();
      for (const table of tables) {
        for await (const partition of unregisteredHours(lake, table, table)) {
          const folder = hourFolder(table, partition);
          now.add(folder);
          if (!before.has(folder)) continue;
          const name = `${table.database}.${table.table}`;
          found.push({
            where: `${name} ${partition.dt} ${String(partition.hour).padStart(2, '0')}:00`,
            found: `The lake has objects of this hour in ${folder}, and the catalogue does not show it: no query reads them. weir start registers it when it starts.`,
            page: null,
          });
        }
      }
      before = now;
      return found;
    },
  };
}

/** A group whose newest window is older than the metric's by more than the threshold. */
export function silentGroupCheck(
  { metrics, store }: { readonly metrics: readonly AskedMetric[]; readonly store: MetricStore },
  everyMs: number,
): RuleCheck {
  const windowed = metrics.filter(({ definition }) => definition.windowSeconds !== null && definition.by.length > 0);
  return {
    ...{ rule: localRules.groupSilent, everyMs },
    async findings() {
      const found: RuleFinding[] = [];
      for (const metric of windowed) {
        const { name, stream, windowSeconds } = metric.definition;
        const { rows } = await metricOverview(store, metric, await metricState(store, metric));
        const starts = rows.map(({ window }) => (window === undefined ? 0 : Date.parse(window.start)));
        const newest = Math.max(...starts);
        for (const [index, { group }] of rows.entries()) {
          const behind = (newest - (starts[index] ?? newest)) / 1000 / (windowSeconds ?? 1);
          if (!breaks(localRules.groupSilent, behind)) continue;
          const which = Object.entries(group)
            .map(([field, value]) => `${field} ${value}`)
            .join(', ');
          found.push({
            where: `${stream}, ${which}`,
            found: `No events of ${which} in the last ${Math.floor(behind)} windows of ${name}, while other groups have some.`,
            page: ['streams', stream],
          });
        }
      }
      return found;
    },
  };
}

/** @param folder the data folder */
export function diskCheck(folder: string, everyMs: number): RuleCheck {
  const rule = localRules.diskSpace;
  return {
    ...{ rule, everyMs },
    async findings() {
      const free = await freeBytes(folder);
      if (!breaks(rule, free)) return [];
      const [found, expected] = [free, limitOf(rule)].map((bytes) => Math.floor(bytes / 1024 ** 2));
      return [
        {
          where: folder,
          found: `${found} MiB are free on the disk, expected ${expected} at least: free some space.`,
          page: null,
        },
      ];
    },
  };
}
