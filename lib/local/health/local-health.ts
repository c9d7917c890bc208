import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import type { Trouble } from '../../api/status-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { alarmRules, readerErrors, readerLag, runsDropped } from '../../derive/alarm-rules.ts';
import { readerNames } from '../../derive/topic-readers.ts';
import type { Clock, EventLog } from '../../pipeline/ports.ts';
import type { Settings } from '../../settings.ts';
import type { DataFolder } from '../folder/data-folder.ts';
import type { Pipeline } from '../pipeline.ts';
import {
  diskCheck,
  silentGroupCheck,
  troubleCheck,
  unreachableCheck,
  unreadCheck,
  unregisteredCheck,
} from './lake-checks.ts';
import { modelChecks } from './model-checks.ts';
import { deadLetterCheck, lagCheck, silenceCheck } from './stream-checks.ts';
import { type WatchedRules, watchRules } from './watch-rules.ts';

export interface LocalHealthOptions {
  readonly folder: DataFolder;
  readonly settings: Pick<Settings, 'healthPeriodSeconds' | 'brokers'>;
  readonly contracts: readonly Contract[];
  readonly log: EventLog;
  readonly pipeline: Pick<Pipeline, 'status' | 'live' | 'store' | 'models' | 'topics'>;
  readonly troubles: () => readonly Trouble[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const OFTEN_MS = 5000;
/** These list the lake, or ask the log for each topic. */
const SELDOM_MS = 30_000;

/** Evaluates the rules that make sense on a local machine until `signal` aborts. */
export function localHealth(options: LocalHealthOptions): WatchedRules {
  const { folder, settings, contracts, log, pipeline, troubles, clock, signal } = options;
  const { healthPeriodSeconds: periodSeconds } = settings;
  const everyMs = Math.min(OFTEN_MS, periodSeconds * 1000);
  const seldomMs = Math.min(SELDOM_MS, periodSeconds * 1000);
  const ofStreams = { status: pipeline.status, nowMs: () => clock.now(), periodSeconds, everyMs };
  const checks = [
    troubleCheck(troubles, Math.min(1000, everyMs)),
    unreachableCheck(log, pipeline.topics, {
      where: settings.brokers === '' ? 'the embedded log' : settings.brokers,
      clock,
      everyMs,
    }),
    silenceCheck(ofStreams),
    deadLetterCheck(ofStreams),
    lagCheck(ofStreams),
    unreadCheck(log, pipeline.topics, seldomMs),
    silentGroupCheck(pipeline.live, everyMs),
    ...modelChecks({ lastRun: pipeline.models.last, everyMs }),
    unregisteredCheck({ store: pipeline.store, catalog: fileCatalog(folder.catalog) }, contracts, seldomMs),
    diskCheck(folder.dir, everyMs),
  ];
  const here = new Set(checks.map(({ rule }) => rule.id));
  return watchRules(checks, { elsewhere: deployed().filter(({ id }) => !here.has(id)), clock, signal });
}

/** The rules of every deployment; those whose thresholds are its settings are not among them. */
function deployed() {
  return [
    ...readerNames.flatMap((reader) => [readerErrors(reader), readerLag(reader)]),
    ...Object.values(alarmRules),
    ...['GenerateDropped', 'RecountDropped', 'TransformDropped'].map((id) => runsDropped(id)),
  ];
}
