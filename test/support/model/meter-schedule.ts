import type { createHandler as createMeterHandler } from '../../../lambdas/meter/handler.ts';
import type {
  fillGaps as realFillGaps,
  forgetMetrics as realForgetMetrics,
} from '../../../lib/pipeline/meter/fill-gaps.ts';
import { fold } from '../../../lib/pipeline/meter/fold.ts';
import type { MetricStore } from '../../../lib/pipeline/metric-store.ts';
import { eventColumns } from '../event-columns.ts';
import { memoryMetricStore, type StoredShards } from '../memory-metric-store.ts';
import { type Random, random } from '../random.ts';
import { defects } from './defects.ts';
import {
  definitionsOf,
  type ModelPartition,
  modelEvent,
  modelPartitions,
  RETENTION_SECONDS,
  streams,
} from './meter-log.ts';
import { eventsIn, shardOf, uncounted, wrongFigures } from './meter-oracle.ts';
import { type Faults, type ModelProcess, quiet, scheduler } from './scheduler.ts';

/** The code under test. */
export interface MeterCode {
  readonly createHandler: typeof createMeterHandler;
  readonly fillGaps: typeof realFillGaps;
  readonly forgetMetrics: typeof realForgetMetrics;
}

/** A process's view of the store; a store that breaks its promises must be caught, too. */
export type StoreOfProcess = (
  stored: StoredShards,
  turns: Turns,
  process: ModelProcess,
) => Pick<MetricStore, 'read' | 'step'>;

type Turns = ReturnType<typeof scheduler>;

/** Every call waits for its turn, and its process may crash or lose the answer there. */
const atomicStore: StoreOfProcess = (stored, { call }, process) => {
  const store = memoryMetricStore(stored);
  return {
    read: (shard) => call(process, () => store.read(shard)).then((text) => text),
    step: (shard, step) => call(process, () => store.step(shard, step)).then((outcome) => outcome),
  };
};

const FAULTS: Faults = { crash: 0.03, lostAnswer: 0.05 };
const MAX_TURNS = 140;

interface Run {
  readonly choices: Random;
  readonly turns: Turns;
  readonly stored: StoredShards;
  readonly partitions: readonly ModelPartition[];
  readonly code: MeterCode;
  readonly storeOf: StoreOfProcess;
  /** By partition: the next offset of the meter's group, and what readers of the lake see. */
  readonly committed: number[];
  readonly inLake: number[];
  readonly found: ReturnType<typeof defects>;
  isNewDeployed: boolean;
}

/**
 * Runs the real meter and the real filling from the lake over a random schedule: re-cut redeliveries, concurrent
 * processes, zombies, crashes at every call of the store, lost answers, refined repetitions, late events, a metric
 * added in between, a store that loses its last writes or everything, a lake that lags behind, rebuilds.
 * @returns the violations: a figure that differs from the fold of the log at any checked moment, or an offset that is
 * not counted at the end.
 */
async function runSchedule(seed: number, code: MeterCode, storeOf: StoreOfProcess): Promise<readonly string[]> {
  const choices = random(seed);
  const partitions = modelPartitions(choices);
  const run: Run = {
    choices,
    turns: scheduler(choices),
    stored: new Map(),
    partitions,
    code,
    storeOf,
    committed: partitions.map(({ start }) => start),
    inLake: partitions.map(({ start }) => start),
    found: defects(),
    isNewDeployed: false,
  };
  let processes = [startProcess(run)];
  const snapshots: StoredShards[] = [];
  const wrong: string[] = [];
  for (let turn = 0; turn < MAX_TURNS && wrong.length === 0; turn++) {
    processes = processes.filter(({ process }) => !process.dead);
    const roll = choices.next();
    if (processes.length === 0 || roll < 0.03) processes.push(startProcess(run));
    else if (roll < 0.3 && run.turns.waiting() < 6) deliver(run, choices.pick(processes));
    else if (roll < 0.38) advanceLake(run);
    else if (roll < 0.44 && run.turns.waiting() < 6) fillSome(run, startProcess(run));
    else if (roll < 0.45) run.isNewDeployed = true;
    else if (roll < 0.46) forgetSome(run, startProcess(run));
    else if (roll < 0.49) snapshots.push(new Map(run.stored));
    else if (roll < 0.5) restore(run, snapshots);
    else await run.turns.release(FAULTS);
    if (roll < 0.5) await quiet();
    if (choices.chance(0.2)) wrong.push(...wrongFigures(run.stored, partitions));
  }
  if (choices.chance(0.5)) await run.turns.settle();
  wrong.push(...(await finish(run)));
  run.found.assertNone();
  return wrong;
}

interface ModelMeter {
  readonly process: ModelProcess;
  readonly store: Pick<MetricStore, 'read' | 'step'>;
  readonly isNew: boolean;
  readonly handler: ReturnType<typeof createMeterHandler>;
}

function startProcess(run: Run): ModelMeter {
  const process: ModelProcess = { dead: false };
  const store = run.storeOf(run.stored, run.turns, process);
  const isNew = run.isNewDeployed;
  const handler = run.code.createHandler({
    store,
    definitionsOf: (stream) =>
      streams.filter(({ name }) => name === stream).flatMap((one) => definitionsOf(one, isNew)),
    windowRetentionSeconds: RETENTION_SECONDS,
    streamOf: (topic) => ({ topic, contract: streams.find(({ name }) => name === topic) ?? null, incarnation: 0 }),
  });
  return { process, store, isNew, handler };
}

/** Starts at or before the committed offset, like a redelivery. */
function deliver({ choices, partitions, committed, found }: Run, { process, handler }: ModelMeter): void {
  const index = choices.below(partitions.length);
  const partition = partitions[index];
  const next = committed[index] ?? 0;
  if (partition === undefined) return;
  const from = Math.max(partition.start, next - choices.below(4));
  const to = Math.min(partition.records.length, from + 1 + choices.below(6));
  if (from >= to) return;
  handler(modelEvent(partition, from, to)).then(() => {
    if (!process.dead && !choices.chance(0.1)) committed[index] = Math.max(committed[index] ?? 0, to);
  }, found.note);
}

function advanceLake({ choices, partitions, inLake }: Run): void {
  const index = choices.below(partitions.length);
  const end = partitions[index]?.records.length ?? 0;
  inLake[index] = Math.min(end, (inLake[index] ?? 0) + choices.below(5));
}

function fillSome(run: Run, process: ModelMeter): void {
  const index = run.choices.below(run.partitions.length);
  fill(run, process, index).catch(run.found.note);
}

function forgetSome(run: Run, { store, isNew }: ModelMeter): void {
  const index = run.choices.below(run.partitions.length);
  run.code.forgetMetrics({ metrics: store }, fillingOf(run, index, isNew)).catch(run.found.note);
}

/** A replica without the last writes is promoted, an older snapshot is restored, or everything is lost. */
function restore({ choices, stored }: Run, snapshots: readonly StoredShards[]): void {
  const before: StoredShards = snapshots.length === 0 || choices.chance(0.3) ? new Map() : choices.pick(snapshots);
  stored.clear();
  for (const [name, shard] of before) stored.set(name, shard);
}

function fillingOf({ partitions, committed }: Run, index: number, isNew: boolean) {
  const partition = partitions[index] as ModelPartition;
  const { stream } = partition;
  const definitions = definitionsOf(stream, isNew);
  return {
    shard: shardOf(partition),
    topic: stream.name,
    contract: stream,
    definitions,
    committed: committed[index] ?? 0,
  };
}

/** Rows and coverage are those of the lake at the time of the call. */
function fill(run: Run, { store, process, isNew }: ModelMeter, index: number) {
  const { partitions, inLake, turns } = run;
  const partition = partitions[index] as ModelPartition;
  const rows = (ranges: readonly (readonly [number, number])[]) =>
    eventsIn(
      partition,
      ranges.map(([first, last]) => [first, Math.min(last, (inLake[index] ?? 0) - 1)] as const),
    );
  return run.code.fillGaps(
    {
      metrics: store,
      windowRetentionSeconds: RETENTION_SECONDS,
      coverageOf: () =>
        turns.call(process, () => {
          const end = (inLake[index] ?? 0) - 1;
          const covered = end < partition.start ? [] : [[partition.start, end] as const];
          const newestTimestampMs = partition.records[end]?.timestamp ?? -1;
          return { covered, newestTimestampMs, highWater: partition.highWaters[end] ?? null, hours: [] };
        }),
      rows: {
        greatestEventTime: ({ ranges }) =>
          turns.call(
            process,
            () =>
              rows(ranges)
                .map(({ eventTime }) => eventTime)
                .sort()
                .at(-1) ?? null,
          ),
        fold: ({ ranges }, definition, floor) =>
          turns.call(process, () => fold(definition, eventColumns(rows(ranges), definition), floor).entries),
      },
    },
    fillingOf(run, index, isNew),
  );
}

/** Delivers the rest of the log, updates the lake, and fills what is missing; waiting processes may act in between. */
async function finish(run: Run): Promise<readonly string[]> {
  const wrong: string[] = [];
  run.isNewDeployed = true;
  const last = startProcess(run);
  for (const [index, { records }] of run.partitions.entries()) run.inLake[index] = records.length;
  const ended = async (work: Promise<unknown>) => {
    const over = work.then(
      () => null,
      (error: Error) => error.message,
    );
    await quiet();
    await run.turns.settle();
    return over;
  };
  for (const [index, partition] of run.partitions.entries()) {
    await ended(fill(run, last, index));
    const { start, records } = partition;
    const from = Math.max(start, (run.committed[index] ?? 0) - 1);
    const failed = await ended(last.handler(modelEvent(partition, from, records.length)));
    if (failed !== null) wrong.push(`the last delivery failed: ${failed}`);
    run.committed[index] = records.length;
    const left = await ended(fill(run, last, index));
    if (left !== null) wrong.push(`the last filling failed: ${left}`);
  }
  return [...wrong, ...wrongFigures(run.stored, run.partitions), ...uncounted(run.stored, run.partitions)];
}

/** The first of the schedules 1, 2, … that fails, with its violations; undefined if all succeed. */
export async function firstBadMeterSchedule(code: MeterCode, schedules: number, storeOf: StoreOfProcess = atomicStore) {
  for (let seed = 1; seed <= schedules; seed++) {
    const wrong = await runSchedule(seed, code, storeOf);
    if (wrong.length > 0) return { seed, wrong };
  }
  return undefined;
}
