import type { Contract } from '../contracts/contract.ts';
import { type Probe, probedStreams, probeLetterQuery, probeQuery } from '../derive/probe.ts';
import { topicOf } from '../derive/topic.ts';
import { meteredStreams, type ReaderName, topicReaders } from '../derive/topic-readers.ts';
import type { Clock } from '../pipeline/ports.ts';
import { enabledMappings, type FailingReader, failingReaders } from './mapping-states.ts';
import type { ModelsRun, RunningDeployment } from './running-deployment.ts';

/** A failed step of a verification. */
export class VerificationStopped extends Error {
  override readonly name = 'VerificationStopped';
  readonly step: string;
  /** Articles of docs/runbook.md for the alarms that would report the same failure later. */
  readonly alarms: readonly string[];

  constructor(step: string, alarms: readonly string[], message: string, options?: ErrorOptions) {
    super(message, options);
    this.step = step;
    this.alarms = alarms;
  }
}

export interface VerifyDeps {
  readonly running: RunningDeployment;
  readonly contracts: readonly Contract[];
  /** The topics of streams whose topic has a different name. */
  readonly topics: ReadonlyMap<string, string>;
  /** Whether any stream has example events; nothing else is sent. */
  readonly hasExamples: boolean;
  readonly hasWarehouse: boolean;
  /** The readers that the deployment has a function for. */
  readonly readers: readonly ReaderName[];
  /** Why live metrics are not checked; null if they are. */
  readonly liveSkipped: string | null;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** How long one step may take. */
  readonly maxWaitMs: number;
  readonly probeId: string;
  /** Called with each step that succeeded. */
  readonly onStep: (step: string, found: string) => void;
}

const ASK_AGAIN_AFTER_MS = 5_000;

/**
 * Sends a probe through the whole deployment and waits for it at each step: the lake, the dead letters, the warehouse.
 * @throws VerificationStopped at the first step where it does not arrive.
 */
export async function verify(deps: VerifyDeps): Promise<void> {
  const { running, hasExamples, hasWarehouse, liveSkipped, onStep, probeId } = deps;
  onStep('mappings', await stopping('mappings', ['StreamSilent'], () => mappings(deps)));
  if (!hasExamples) return onStep('send', 'skipped, and all that follows: no stream of the project has example events');
  const probe = await stopping('send', ['RunsDropped', 'StreamSilent'], () => running.sendProbe(probeId));
  onStep('send', `an event to each of ${probe.streams.length} streams, and a bad record`);
  onStep('lake', await lake(deps, probe));
  onStep('dead letters', await stopping('dead letters', ['DeadLetters'], () => deadLetter(deps, probe)));
  onStep('live', liveSkipped === null ? await live(deps, probe) : `skipped: ${liveSkipped}`);
  if (!hasWarehouse) return onStep('models', 'skipped: the deployment has no warehouse');
  const run = await stopping('models', ['TransformErrors', 'TransformMissing'], () => modelsRun(deps, probe));
  if (run.failures.length > 0) {
    const found = `expected every model to be published, found: ${run.failures.join('; ')}`;
    throw new VerificationStopped('models', ['TransformFailures'], found);
  }
  onStep('models', 'run over the hour of the probe');
  onStep('warehouse', await stopping('warehouse', ['TransformLateness'], async () => inWarehouse(deps, probe, run)));
}

/** @throws VerificationStopped for what `work` throws. */
async function stopping<T>(step: string, alarms: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new VerificationStopped(step, alarms, messageOf(cause), { cause });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function mappings(deps: VerifyDeps): Promise<string> {
  let enabled = 0;
  for (const reader of deps.readers) {
    const topics = topicsOf(deps, reader);
    if (topics.length === 0) continue;
    await asked(deps, async () => {
      const state = enabledMappings(reader, topics, await deps.running.mappings(reader));
      if (state.lasting !== null) throw new VerificationStopped('mappings', ['StreamSilent'], state.lasting);
      return state.passing;
    });
    enabled += topics.length;
  }
  return `${enabled} enabled`;
}

const topicsOf = ({ contracts, topics }: VerifyDeps, reader: ReaderName) =>
  topicReaders[reader].reads(contracts).map((contract) => topicOf(contract, topics));

async function lake(deps: VerifyDeps, probe: Probe): Promise<string> {
  const { running, contracts, clock } = deps;
  const expected = probedStreams(contracts, probe);
  let missing = expected;
  try {
    await asked(deps, async () => {
      const found = new Set(
        (await running.queryLake(probeQuery(missing, probe, clock.now()))).map(({ stream }) => stream),
      );
      missing = missing.filter(({ name }) => !found.has(name));
      return missing.length === 0 ? null : `no row of ${missing.map(({ name }) => name).join(', ')}`;
    });
  } catch (cause) {
    const ways = new Map<ReaderName, readonly string[]>([
      ['sink', missing.map(({ name }) => name)],
      ['refine', missing.flatMap(({ refinedFrom }) => refinedFrom ?? [])],
    ]);
    const failing = await failingReaders(running, ways, deps.topics);
    const expectation = `expected a row of each stream in Athena, found ${messageOf(cause)}`;
    const hint =
      '; no mapping reports a failed batch: compare the locations of the hour’s partitions in Glue with the bucket’s folders';
    const why = failing.length === 0 ? hint : lastBatches(failing);
    throw new VerificationStopped('lake', alarmsOf(failing), `${expectation}${why}`, { cause });
  }
  return `a row in each of ${expected.length} tables`;
}

/** The alarm depends on whether batches fail or none arrive. */
const alarmsOf = (failing: readonly FailingReader[]): readonly string[] =>
  failing.length === 0
    ? // The last one where Glue has another location: from when a new process of the sink reads it.
      ['StreamSilent', 'SinkLag', 'SinkErrors']
    : failing.map(({ reader }) => (reader === 'refine' ? 'RefineErrors' : 'SinkErrors'));

const lastBatches = (failing: readonly FailingReader[]): string =>
  failing
    .map(({ reader, lastResult }) => `; last batch of the ${reader} function: ${lastResult}, see its log`)
    .join('');

/** A record of the probe is counted once a record no older than it is counted. */
async function live(deps: VerifyDeps, probe: Probe): Promise<string> {
  const { running, contracts, topics } = deps;
  const metered = meteredStreams(probedStreams(contracts, probe)).map(({ name }) => name);
  try {
    await asked(deps, async () => {
      const newest = await running.newestCounted();
      const missing = metered.filter((name) => (newest.get(name) ?? 0) < probe.sentMs);
      return missing.length === 0 ? null : `no count of ${missing.join(', ')}`;
    });
  } catch (cause) {
    const failing = await failingReaders(running, new Map([['meter', metered]]), topics);
    const alarms = failing.length === 0 ? ['MeterLag', 'ApiErrors'] : ['MeterErrors'];
    const expectation = `expected a record of each stream in its live metrics, found ${messageOf(cause)}`;
    throw new VerificationStopped('live', alarms, `${expectation}${lastBatches(failing)}`, { cause });
  }
  return `a record of each of ${metered.length} streams is counted`;
}

async function deadLetter(deps: VerifyDeps, probe: Probe): Promise<string> {
  let reason: string | null | undefined;
  await asked(deps, async () => {
    const [row] = await deps.running.queryLake(probeLetterQuery(probe, deps.clock.now()));
    reason = row?.reason;
    return row === undefined ? 'the bad record is not in lake.dead_letters' : null;
  });
  return `the bad record, ${reason}`;
}

/** Repeats a run that another run blocked, or that timed out. */
async function modelsRun({ running, ...deps }: VerifyDeps, probe: Probe): Promise<ModelsRun> {
  let run: ModelsRun | undefined;
  await asked(deps, async () => {
    run = await running.runModels(probe);
    return run.cutShort && run.failures.length === 0 ? 'the run was stopped before its end' : null;
  });
  if (run === undefined) throw new Error('expected a run of the models, found none');
  return run;
}

function inWarehouse({ contracts }: VerifyDeps, probe: Probe, { found }: ModelsRun): string {
  const expected = probedStreams(contracts, probe);
  const missing = expected.filter(({ name }) => found?.streams.includes(name) !== true).map(({ name }) => name);
  if (missing.length > 0)
    throw new Error(`expected a row of each stream in Redshift’s schema lake, found none of ${missing.join(', ')}`);
  const unpublished = found?.unpublished ?? [];
  if (unpublished.length > 0)
    throw new Error(
      `expected a run of every model in ops.runs since the probe, found none of ${unpublished.join(', ')}`,
    );
  return `a row in each of ${expected.length} tables, and every model that reads them published`;
}

/**
 * Polls until there is no objection. An error is an objection too, because most errors are transient.
 * @throws the last objection after the time limit; VerificationStopped at once.
 */
async function asked(
  { clock, maxWaitMs }: Pick<VerifyDeps, 'clock' | 'maxWaitMs'>,
  objection: () => Promise<string | null>,
): Promise<void> {
  const deadline = clock.now() + maxWaitMs;
  for (;;) {
    const found = await objection().catch((error: unknown) => {
      if (error instanceof VerificationStopped) throw error;
      return messageOf(error);
    });
    if (found === null) return;
    if (clock.now() >= deadline) throw new Error(`${found}, after ${Math.round(maxWaitMs / 1000)} s`);
    await clock.sleep(ASK_AGAIN_AFTER_MS);
  }
}
