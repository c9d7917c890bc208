import type { MSKEvent, MSKRecord } from 'aws-lambda';
import type { createHandler as createSinkHandler } from '../../../lambdas/sink/handler.ts';
import { type Contract, contract, integer, string, timestamp } from '../../../lib/contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { hourOf } from '../../../lib/derive/table-partition.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import { type Random, random } from '../random.ts';
import { type CompactHour, compactNow, divided, finishCompaction, hoursOf, KEEP_MS, observer } from './compactions.ts';
import { defects } from './defects.ts';
import { violations } from './lake-oracle.ts';
import { type Amender, replayNow, replayReports, replaysOfAll } from './replays.ts';
import { type Faults, livelock, type ModelProcess, quiet, scheduler } from './scheduler.ts';
import {
  emptyWorld,
  modelCatalog,
  modelClock,
  modelEncoder,
  modelParts,
  modelStore,
  REFUSED_TEXT,
  type World,
} from './world.ts';

const declared = {
  name: 'model.events',
  description: 'Events of the model check.',
  owner: 'test',
  key: null,
  eventTime: 'at',
  identity: 'position',
  kafkaPartitions: 2,
  alsoKnownAs: ['other.events'],
} as const;
const at = timestamp('When it happened.');
const id = string('Which it is.');

/** The second version accepts what the first rejects, and vice versa, so that a record that is judged twice shows. */
const versions: readonly Contract[] = [
  contract({ ...declared, version: 1, fields: { at, id, n: integer('A number.', { nullable: true }) } }),
  contract({
    ...declared,
    version: 2,
    fields: { at, id: string('Which.', { nullable: true }), n: integer('A number.') },
  }),
];
const events = versions[0] as Contract;

interface ModelRecord {
  readonly timestampMs: number;
  readonly timestampType: MSKRecord['timestampType'];
  readonly value: string | null;
}

export interface SinkAndCompactor {
  readonly createHandler: typeof createSinkHandler;
  readonly compactHour: CompactHour;
  /** If given, dead letters are replayed throughout, and all remaining ones at the end. */
  readonly amender?: Amender;
}

const FAULTS: Faults = { crash: 0.04, lostAnswer: 0.05 };
const MAX_TURNS = 400;
const MAX_RECORDS = 10;

/**
 * Runs the real sink handler over a random schedule: two kafka partitions, interleaved hours, overlapping invocations,
 * re-cut batches, processes that crash or freeze at any call, lost answers, contract changes, compactors.
 * @returns the violations in the lake at the end; empty if every record is in exactly one visible row or dead letter.
 * @throws if the code itself fails in a way that any run would show.
 */
async function runSchedule(seed: number, code: SinkAndCompactor): Promise<readonly string[]> {
  const choices = random(seed);
  const world = emptyWorld();
  const turns = scheduler(choices);
  const topic = [0, 1].map(() => recordsOf(choices));
  const committed = [0, 0];
  const found = defects();
  const hasCompareAndSet = choices.chance(0.7);
  const ports = (process: ModelProcess) => portsOf(world, turns, process, hasCompareAndSet);
  let version = 0;

  const invoke = (process: ModelProcess, handler: ReturnType<typeof createSinkHandler>) => {
    const cuts = [0, 1].flatMap((kafkaPartition) => cutOf(choices, topic, committed, kafkaPartition));
    const event = eventOf(cuts.map((cut) => ({ ...cut, records: topic[cut.kafkaPartition] ?? [] })));
    handler(event).then(() => {
      if (process.dead || choices.chance(0.1)) return;
      for (const { kafkaPartition, end } of cuts) {
        committed[kafkaPartition] = Math.max(committed[kafkaPartition] ?? 0, end);
      }
    }, found.note);
  };
  const start = () => {
    const process: ModelProcess = { dead: false };
    const handler = code.createHandler({ ...ports(process), streamOf: streamOf(versions[version]) });
    return { process, handler };
  };
  const compact = () => {
    const hour = hourOf(choices.pick(topic.flat().map(({ timestampMs }) => timestampMs)));
    const table = choices.pick(tablesToCompact([versions[version] ?? events]));
    compactNow(code.compactHour, ports({ dead: false }), table, hour, choices).catch(found.note);
  };
  const reports = replayReports();
  const replay = (amender: Amender) => {
    const amend = amender(ports({ dead: false }));
    replayNow(amend, reports, versions[version] ?? events, topic, choices).catch(found.note);
  };
  const observe = observer(world, [lakeTable(events), DEAD_LETTERS]);
  const sawWrong: string[] = [];

  let processes = [start()];
  for (let turn = 0; turn < MAX_TURNS && committed.some((next, index) => next < (topic[index]?.length ?? 0)); turn++) {
    processes = processes.filter(({ process }) => !process.dead);
    const roll = choices.next();
    if (processes.length === 0 || roll < 0.02) processes.push(start());
    else if (roll < 0.12 && turns.waiting() < 8) {
      const { process, handler } = choices.pick(processes);
      invoke(process, handler);
      await quiet();
    } else if (roll < 0.135) version = 1 - version;
    else if (roll < 0.15) world.nowMs += choices.pick([1_000, 61_000, 3_600_000]);
    else if (roll < 0.153) world.nowMs += 2 * KEEP_MS;
    else if (roll < 0.18 && turns.waiting() < 12) {
      compact();
      await quiet();
    } else if (code.amender !== undefined && roll < 0.23 && turns.waiting() < 12) {
      replay(code.amender);
      await quiet();
    } else await turns.release(FAULTS);
    if (hasCompareAndSet) sawWrong.push(...observe());
  }

  if (choices.chance(0.5)) await turns.settle();
  version = versions.length - 1;
  const { handler } = start();
  const rest = [0, 1].map((kafkaPartition) => ({
    kafkaPartition,
    start: committed[kafkaPartition] ?? 0,
    end: Infinity,
  }));
  const last = handler(eventOf(rest.map((cut) => ({ ...cut, records: topic[cut.kafkaPartition] ?? [] }))));
  const ended = last.then(
    () => [],
    (error: Error) => {
      found.note(error);
      return [`the last delivery failed: ${error.message}`];
    },
  );
  await quiet();
  await turns.settle();
  for (const letters of code.amender === undefined ? [] : replaysOfAll(versions[version] ?? events, topic)) {
    const replayed = code
      .amender?.(ports({ dead: false }))(letters)
      .catch((error: Error) => {
        found.note(error);
        sawWrong.push(`the last replay failed: ${error.message}`);
      });
    await quiet();
    await turns.settle();
    await replayed;
  }
  for (const table of tablesToCompact([versions[version] ?? events])) {
    for (const hour of hoursOf(world, table.table)) {
      const finished = finishCompaction(code.compactHour, ports({ dead: false }), table, hour).catch((error: Error) => {
        found.note(error);
        sawWrong.push(`the last compaction failed: ${error.message}`);
      });
      await quiet();
      await turns.settle();
      await finished;
    }
    sawWrong.push(...divided(world, table, hoursOf(world, table.table)));
  }
  if (hasCompareAndSet) sawWrong.push(...observe());
  const wrong = [
    ...(await ended),
    ...sawWrong,
    ...reports.twice,
    ...violations(world, events, topic, code.amender !== undefined),
  ];
  found.assertNone();
  return wrong;
}

/** The first of the schedules 1, 2, … that fails, with its violations; undefined if all succeed. */
export async function firstBadSchedule(code: SinkAndCompactor, schedules: number) {
  for (let seed = 1; seed <= schedules; seed++) {
    const wrong = await runSchedule(seed, code).catch(livelock);
    if (wrong.length > 0) return { seed, wrong };
  }
  return undefined;
}

function portsOf(world: World, turns: ReturnType<typeof scheduler>, process: ModelProcess, hasCompareAndSet: boolean) {
  return {
    store: modelStore(world, turns, process),
    catalog: modelCatalog(world, turns, process, hasCompareAndSet),
    parts: modelParts(world, turns, process),
    encoder: modelEncoder,
    clock: modelClock(world),
    newWriteId: () => String(world.writes++),
  };
}

const streamOf = (version: Contract | undefined) => (topic: string) => ({
  topic,
  contract: version ?? null,
  incarnation: 0,
});

/** The source of a kafka partition's timestamps: a broker's clock, which may be set back or forward, or producers. */
const CLOCKS = {
  steady: { timestampType: 'LOG_APPEND_TIME', steps: [0], swings: [0] },
  stepping: { timestampType: 'LOG_APPEND_TIME', steps: [0, 0, 150_000, -150_000], swings: [0] },
  producers: { timestampType: 'CREATE_TIME', steps: [0], swings: [0, 0, 3_600_000, -3_600_000] },
} as const;

/** Spans the end of an hour. */
function recordsOf(choices: Random): readonly ModelRecord[] {
  let timestampMs = Date.UTC(2026, 0, 31, 13, 59, 57);
  const { timestampType, steps, swings } = CLOCKS[choices.pick(['steady', 'stepping', 'producers'] as const)];
  return Array.from({ length: 1 + choices.below(MAX_RECORDS) }, () => {
    timestampMs += choices.below(1_500) + choices.pick(steps);
    return { timestampMs: timestampMs + choices.pick(swings), timestampType, value: payloadOf(choices) };
  });
}

function payloadOf(choices: Random): string | null {
  const event = { at: '2026-01-31 13:00:00', id: 'a', n: 1 };
  const { id: _, ...withoutId } = event;
  const { n: __, ...withoutNumber } = event;
  const refused = { ...event, id: REFUSED_TEXT };
  const value = choices.pick([event, event, event, withoutId, withoutNumber, refused, null]);
  return value === null ? null : JSON.stringify(value);
}

/** Starts at or before the committed offset, like a redelivery; sometimes omits a kafka partition. */
function cutOf(
  choices: Random,
  topic: readonly (readonly ModelRecord[])[],
  committed: number[],
  kafkaPartition: number,
) {
  const length = topic[kafkaPartition]?.length ?? 0;
  const start = Math.max(0, (committed[kafkaPartition] ?? 0) - choices.below(4));
  const end = Math.min(length, start + 1 + choices.below(6));
  return start >= end || choices.chance(0.3) ? [] : [{ kafkaPartition, start, end }];
}

interface Cut {
  readonly kafkaPartition: number;
  readonly start: number;
  readonly end: number;
  readonly records: readonly ModelRecord[];
}

function eventOf(cuts: readonly Cut[]): MSKEvent {
  const records = cuts.map(({ kafkaPartition, start, end, records }) => {
    const delivered = records.slice(start, end).map(({ timestampMs, timestampType, value }, index) => ({
      topic: 'model.events',
      partition: kafkaPartition,
      offset: start + index,
      timestamp: timestampMs,
      timestampType,
      key: '',
      ...(value === null ? {} : { value: Buffer.from(value).toString('base64') }),
      headers: [],
    }));
    return [`model.events-${kafkaPartition}`, delivered];
  });
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:model',
    bootstrapServers: '',
    records: Object.fromEntries(records),
  };
}
