import type { MSKEvent } from 'aws-lambda';
import type { createHandler as createRefineHandler } from '../../../lambdas/refine/handler.ts';
import type { createHandler as createSinkHandler } from '../../../lambdas/sink/handler.ts';
import { type Contract, contract, integer, string, timestamp } from '../../../lib/contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { hourOf } from '../../../lib/derive/table-partition.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import type { Header } from '../../../lib/pipeline/ports.ts';
import { refinement } from '../../../lib/pipeline/refine/refinement.ts';
import { sourcePosition } from '../../../lib/pipeline/source-position.ts';
import { type Random, random } from '../random.ts';
import { type CompactHour, compactNow, finishCompaction, hoursOf } from './compactions.ts';
import { defects } from './defects.ts';
import { type Faults, livelock, type ModelProcess, quiet, scheduler } from './scheduler.ts';
import {
  emptyWorld,
  modelCatalog,
  modelClock,
  modelEncoder,
  modelParts,
  modelStore,
  REFUSED_TEXT,
  visibleRows,
  type World,
} from './world.ts';

const declared = { version: 1, description: 'Events of the model check.', owner: 'test', key: null } as const;
const wholes = contract({
  ...declared,
  name: 'model.wholes',
  eventTime: 'at',
  identity: 'position',
  fields: { at: timestamp('When.'), parts: integer('How many parts it has.') },
});
const parts = contract({
  ...declared,
  name: 'model.parts',
  eventTime: 'at',
  identity: 'position',
  refinedFrom: 'model.wholes',
  fields: { at: timestamp('When.'), id: string('Which.'), n: integer('A number.') },
});

/** Every third part violates the contract; the encoder refuses every fifth. */
const partsOfWhole = refinement({
  from: wholes,
  to: parts,
  refine: ({ at, parts: count }) =>
    Array.from({ length: count }, (_, index) => ({
      at,
      id: index % 5 === 4 ? REFUSED_TEXT : 'a',
      n: index % 3 === 2 ? 'none' : index,
    })),
});

export interface ModelRecord {
  readonly timestampMs: number;
  readonly value: string;
  readonly headers: readonly Header[];
}

export interface RefinedHandlers {
  readonly createRefineHandler: typeof createRefineHandler;
  readonly createSinkHandler: typeof createSinkHandler;
  readonly compactHour: CompactHour;
}

const FAULTS: Faults = { crash: 0.03, lostAnswer: 0.04 };
const MAX_TURNS = 500;
const START_MS = Date.UTC(2026, 0, 31, 13, 59, 57);

/**
 * Runs the real refine and sink handlers over a random schedule of one kafka partition: overlapping and late
 * invocations of both, re-cut batches, crashes, lost answers, partially successful appends, compactors, foreign
 * records.
 * @returns the violations in the lake at the end; empty if every part is in exactly one visible row or dead letter.
 * @throws if the code itself fails in a way that any run would show.
 */
async function runRefinedSchedule(seed: number, handlers: RefinedHandlers): Promise<readonly string[]> {
  const choices = random(seed);
  const world = emptyWorld();
  const turns = scheduler(choices);
  const source = sourceRecords(choices);
  const refined: ModelRecord[] = [];
  const committed = { refine: 0, sink: 0 };
  const found = defects();

  const start = () => {
    const process: ModelProcess = { dead: false };
    const ports = portsOf(world, turns, process);
    const append = async (_topic: string, _kafkaPartition: number, records: readonly AppendedRecord[]) => {
      const firstOffset = refined.length;
      for (const record of records) {
        await turns.call(process, () => refined.push(appended(record, START_MS + world.nowMs + refined.length)));
      }
      return { firstOffset };
    };
    const refine = handlers.createRefineHandler({
      log: { append },
      refinements: [partsOfWhole],
      topicOf: (stream) => stream,
      streamOf: streamOf(wholes),
    });
    return { process, refine, sink: handlers.createSinkHandler({ ...ports, streamOf: streamOf(parts) }) };
  };
  const invoke = async (process: ModelProcess, step: 'refine' | 'sink', handler: (event: MSKEvent) => unknown) => {
    const records = step === 'refine' ? source : refined;
    const from = Math.max(0, committed[step] - choices.below(4));
    const to = Math.min(records.length, from + 1 + choices.below(6));
    if (from >= to) return;
    try {
      await handler(eventOf(records, from, to));
      if (!process.dead && !choices.chance(0.1)) committed[step] = Math.max(committed[step], to);
    } catch (error) {
      // The batch is redelivered.
      found.note(error);
    }
  };

  let processes = [start()];
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    if (committed.refine === source.length && committed.sink === refined.length) break;
    processes = processes.filter(({ process }) => !process.dead);
    const roll = choices.next();
    if (processes.length === 0 || roll < 0.02) processes.push(start());
    else if (roll < 0.22 && turns.waiting() < 8) {
      const { process, refine, sink } = choices.pick(processes);
      void (choices.chance(0.5) ? invoke(process, 'refine', refine) : invoke(process, 'sink', sink));
      await quiet();
    } else if (roll < 0.24) world.nowMs += choices.pick([1_000, 61_000, 3_600_000]);
    else if (roll < 0.25) refined.push({ timestampMs: START_MS + world.nowMs, value: '{}', headers: [] });
    else if (roll < 0.27) {
      const hour = hourOf(choices.pick(source).timestampMs);
      const table = choices.pick(tablesToCompact([parts]));
      const ports = portsOf(world, turns, { dead: false });
      compactNow(handlers.compactHour, ports, table, hour, choices).catch(found.note);
      await quiet();
    } else await turns.release(FAULTS);
  }

  const finish = async (work: Promise<unknown>): Promise<string[]> => {
    const ended = work.then(
      () => [],
      (error: Error) => {
        found.note(error);
        return [`the last delivery failed: ${error.message}`];
      },
    );
    await quiet();
    await turns.settle();
    return ended;
  };
  if (choices.chance(0.5)) await finish(Promise.resolve());
  const last = start();
  const wrong: string[] = await finish(last.refine(eventOf(source, committed.refine, source.length)));
  wrong.push(...(await finish(last.sink(eventOf(refined, committed.sink, refined.length)))));
  for (const table of tablesToCompact([parts])) {
    for (const hour of hoursOf(world, table.table)) {
      const ports = portsOf(world, turns, { dead: false });
      wrong.push(...(await finish(finishCompaction(handlers.compactHour, ports, table, hour))));
    }
  }
  wrong.push(...violations(world, source, refined));
  found.assertNone();
  return wrong;
}

/** The first of the schedules 1, 2, … that fails, with its violations; undefined if all succeed. */
export async function firstBadRefinedSchedule(handlers: RefinedHandlers, schedules: number) {
  for (let seed = 1; seed <= schedules; seed++) {
    const wrong = await runRefinedSchedule(seed, handlers).catch(livelock);
    if (wrong.length > 0) return { seed, wrong };
  }
  return undefined;
}

interface AppendedRecord {
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

export function appended({ value, headers }: AppendedRecord, timestampMs: number): ModelRecord {
  return { timestampMs, value: Buffer.from(value ?? '').toString(), headers };
}

export function portsOf(world: World, turns: ReturnType<typeof scheduler>, process: ModelProcess) {
  return {
    store: modelStore(world, turns, process),
    catalog: modelCatalog(world, turns, process),
    parts: modelParts(world, turns, process),
    encoder: modelEncoder,
    clock: modelClock(world),
    newWriteId: () => String(world.writes++),
  };
}

export const streamOf = (of: Contract) => (topic: string) => ({ topic, contract: of, incarnation: 0 });

/** Spans the end of an hour; some records have no parts, some are not events of the contract. */
function sourceRecords(choices: Random): readonly ModelRecord[] {
  let timestampMs = START_MS;
  return Array.from({ length: 1 + choices.below(8) }, () => {
    timestampMs += choices.below(1_500);
    const count = choices.pick([0, 1, 2, 3, 6, 'none']);
    return { timestampMs, value: JSON.stringify({ at: '2026-01-31 13:00:00', parts: count }), headers: [] };
  });
}

export function eventOf(records: readonly ModelRecord[], from: number, to: number): MSKEvent {
  const delivered = records.slice(from, to).map(({ timestampMs, value, headers }, index) => ({
    topic: 'model',
    partition: 0,
    offset: from + index,
    timestamp: timestampMs,
    timestampType: 'LOG_APPEND_TIME' as const,
    key: '',
    value: Buffer.from(value).toString('base64'),
    headers: headers.map(({ name, value }) => ({ [name]: [...value] })),
  }));
  return { eventSource: 'aws:kafka', eventSourceArn: '', bootstrapServers: '', records: { 'model-0': delivered } };
}

/** The oracle: every part of every whole once, by its source position; every foreign record once, by its own. */
function violations(world: World, source: readonly ModelRecord[], refined: readonly ModelRecord[]): readonly string[] {
  const seen = new Map<string, number>();
  for (const table of [lakeTable(parts), DEAD_LETTERS]) {
    for (const { offset } of visibleRows(world, table)) {
      const name = nameOf(refined, offset);
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
  }
  const expected = new Set([
    ...source.flatMap(({ value }, offset) => {
      const count: unknown = JSON.parse(value).parts;
      return typeof count === 'number' ? Array.from({ length: count }, (_, ordinal) => `${offset}.${ordinal}`) : [];
    }),
    ...refined.map((_, offset) => nameOf(refined, offset)),
  ]);
  return [...expected].flatMap((name) => {
    const times = seen.get(name) ?? 0;
    return times === 1 ? [] : [`${name} is in the lake ${times} times`];
  });
}

function nameOf(refined: readonly ModelRecord[], offset: number): string {
  const position = sourcePosition(refined[offset]?.headers ?? []);
  return position === null ? `foreign ${offset}` : `${position.offset}.${position.ordinal}`;
}
