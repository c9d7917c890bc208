import type { Contract } from '../../../lib/contracts/contract.ts';
import { lakeTable } from '../../../lib/derive/names.ts';
import { type HourOfTable, hourOf } from '../../../lib/derive/table-partition.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import { rangesOf } from '../../../lib/pipeline/offset-ranges.ts';
import type { RecordToAppend } from '../../../lib/pipeline/ports.ts';
import type { refinedAmender } from '../../../lib/pipeline/replay/refined-amender.ts';
import { sourcePosition } from '../../../lib/pipeline/source-position.ts';
import { random } from '../random.ts';
import { compactNow, finishCompaction, hoursOf, observer } from './compactions.ts';
import { defects } from './defects.ts';
import {
  ALL,
  FIXES,
  type Fix,
  lettersOf,
  NEWEST,
  newestParts,
  newestWholes,
  offsetsOfHour,
  parts,
  placeOf,
  refinements,
  START_MS,
  sourceRecords,
  uniqueHours,
  wholes,
} from './made-streams.ts';
import { appended, eventOf, type ModelRecord, portsOf, type RefinedHandlers, streamOf } from './refined-schedule.ts';
import type { Amender } from './replays.ts';
import { type Faults, livelock, type ModelProcess, quiet, scheduler } from './scheduler.ts';
import { emptyWorld, modelRows, visibleRows, type World } from './world.ts';

export interface MadeHandlers extends RefinedHandlers {
  readonly amender: Amender;
  readonly refinedAmender: typeof refinedAmender;
}

const FAULTS: Faults = { crash: 0.03, lostAnswer: 0.04 };
const MAX_TURNS = 400;
/**
 * Runs the real refiner, the sinks of a source and of its refined stream, replays with different fixes, completions and
 * compactors over a random schedule of one kafka partition, with contracts that change between all of them. At the end
 * everything is delivered, replayed and completed.
 * @returns the violations: a refined event that is in no visible row, or in two.
 * @throws if the code itself fails in a way that any run would show.
 */
async function runMadeSchedule(seed: number, code: MadeHandlers): Promise<readonly string[]> {
  const choices = random(seed);
  const world = emptyWorld();
  const turns = scheduler(choices);
  const source = sourceRecords(choices);
  const refined: ModelRecord[] = [];
  const committed = { take: 0, refine: 0, sink: 0 };
  const found = defects();
  const wrong: string[] = [];

  const start = (version = choices.below(2), process: ModelProcess = { dead: false }) => {
    const ports = { ...portsOf(world, turns, process), rows: modelRows(world, turns, process) };
    const log = { append: appendTo(refined, (effect) => turns.call(process, effect), world) };
    const refinementNow = refinements[version] as (typeof refinements)[number];
    const { from, to } = refinementNow;
    return {
      process,
      version,
      take: code.createSinkHandler({ ...ports, streamOf: streamOf(from) }),
      refine: code.createRefineHandler({
        log,
        refinements: [refinementNow],
        topicOf: (name) => name,
        streamOf: streamOf(from),
      }),
      sink: code.createSinkHandler({ ...ports, streamOf: streamOf(to) }),
      amend: code.amender(ports),
      complete: code.refinedAmender(ports, { refinements: [refinementNow], incarnationOf: () => 0 }),
    };
  };
  type Running = ReturnType<typeof start>;
  const invoke = async ({ process, ...running }: Running, step: 'take' | 'refine' | 'sink') => {
    const records = step === 'sink' ? refined : source;
    const from = Math.max(0, committed[step] - choices.below(4));
    const to = Math.min(records.length, from + 1 + choices.below(6));
    if (from >= to) return;
    await running[step](eventOf(records, from, to));
    if (!process.dead && !choices.chance(0.1)) committed[step] = Math.max(committed[step], to);
  };
  const replay = async ({ amend, complete, version }: Running, hour: HourOfTable, fix: Fix) => {
    const place = placeOf(wholes[version] as Contract, hour);
    if (choices.chance(0.8)) await amend({ ...place, records: lettersOf(source, hour, fix) });
    await complete(place);
  };
  const hourOfAny = () => hourOf(choices.pick(source).timestampMs);
  const observe = observer(world, [lakeTable(newestWholes), lakeTable(newestParts)]);
  let looked = -1;
  const seenTwice = () => {
    if (looked === world.changes) return [];
    looked = world.changes;
    return twice(world);
  };

  let processes = [start()];
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    if (committed.take === source.length && committed.refine === source.length && committed.sink === refined.length)
      break;
    processes = processes.filter(({ process }) => !process.dead);
    const roll = choices.next();
    if (processes.length === 0 || roll < 0.03) processes.push(start());
    else if (roll < 0.22 && turns.waiting() < 8) {
      invoke(choices.pick(processes), choices.pick(['take', 'refine', 'sink'] as const)).catch(found.note);
      await quiet();
    } else if (roll < 0.27 && turns.waiting() < 12) {
      replay(start(), hourOfAny(), choices.pick(FIXES)).catch(found.note);
      await quiet();
    } else if (roll < 0.29) world.nowMs += choices.pick([1_000, 61_000, 3_600_000]);
    else if (roll < 0.34) {
      const table = choices.pick(tablesToCompact([choices.pick(wholes), choices.pick(parts)]));
      compactNow(code.compactHour, portsOf(world, turns, { dead: false }), table, hourOfAny(), choices).catch(
        found.note,
      );
      await quiet();
    } else await turns.release(FAULTS);
    wrong.push(...observe(), ...seenTwice());
  }

  const finish = async (work: Promise<unknown>): Promise<void> => {
    const ended = work.catch((error: Error) => {
      found.note(error);
      wrong.push(`the last work failed: ${error.message}`);
    });
    await quiet();
    await turns.settle();
    await ended;
  };
  if (choices.chance(0.5)) await finish(Promise.resolve());
  const last = start(NEWEST);
  const hours = uniqueHours(source);
  const replayAll = async () => {
    for (const hour of hours) {
      await finish(replay(last, hour, ALL));
      await finish(last.amend({ ...placeOf(newestWholes, hour), records: lettersOf(source, hour, ALL) }));
      const rows = offsetsOfHour(source, hour);
      await finish(last.complete(placeOf(newestWholes, hour), rangesOf(rows)));
    }
  };
  await finish(last.take(eventOf(source, committed.take, source.length)));
  // What the refiner sends after a replay is repeated by then.
  const isLate = choices.chance(0.5);
  if (isLate) await replayAll();
  await finish(last.refine(eventOf(source, committed.refine, source.length)));
  await finish(last.sink(eventOf(refined, committed.sink, refined.length)));
  if (!isLate) await replayAll();
  for (const table of tablesToCompact([newestWholes, newestParts])) {
    for (const hour of hoursOf(world, table.table)) {
      await finish(finishCompaction(code.compactHour, portsOf(world, turns, { dead: false }), table, hour));
    }
  }
  wrong.push(...observe(), ...seenTwice(), ...missing(world, source, refined));
  found.assertNone();
  return wrong;
}

/** The first of the schedules 1, 2, … that fails, with its violations; undefined if all succeed. */
export async function firstBadMadeSchedule(code: MadeHandlers, schedules: number) {
  for (let seed = 1; seed <= schedules; seed++) {
    const wrong = await runMadeSchedule(seed, code).catch(livelock);
    if (wrong.length > 0) return { seed, wrong };
  }
  return undefined;
}

function appendTo(refined: ModelRecord[], call: <T>(effect: () => T) => Promise<T>, world: World) {
  return async (_topic: string, _kafkaPartition: number, records: readonly RecordToAppend[]) => {
    const firstOffset = refined.length;
    for (const record of records) {
      await call(() => refined.push(appended(record, START_MS + world.nowMs + refined.length)));
    }
    return { firstOffset };
  };
}

/** Source positions that a reader of the refined table sees in two rows. */
function twice(world: World): readonly string[] {
  const names = madeNames(world);
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is in two rows`);
}

const madeNames = (world: World) =>
  visibleRows(world, lakeTable(newestParts)).map(({ source }) => `${source?.offset}.${source?.ordinal}`);

/** The oracle: every source record is a row, and every part of it too, unless the refiner had made more parts before. */
function missing(world: World, source: readonly ModelRecord[], refined: readonly ModelRecord[]): readonly string[] {
  const rows = visibleRows(world, lakeTable(newestWholes));
  const made = new Set(madeNames(world));
  const sent = refined.flatMap(({ headers }) => sourcePosition(headers) ?? []);
  return source.flatMap((_, offset) => {
    const row = rows.find((one) => one.offset === offset);
    if (row?.event === undefined) return [`source record ${offset} is in no row`];
    const count = Number(JSON.parse(row.event.text).parts);
    if (sent.some((one) => one.offset === offset && one.ordinal >= count)) return [];
    const names = Array.from({ length: count }, (__, ordinal) => `${offset}.${ordinal}`);
    return names.filter((name) => !made.has(name)).map((name) => `${name} is in no row`);
  });
}
