import { catalogTables, DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import type { HourPart, KafkaPartitionBatch } from './batch.ts';
import type { ChainPorts } from './chain.ts';
import { chainTails } from './chain-tails.ts';
import { changeNotes } from './changed-hours.ts';
import { hourParts } from './hour-parts.ts';
import { assertTopicGoesOn } from './incarnation.ts';
import type { LostObject } from './lost-objects.ts';
import type { RejectionReason } from './outcome.ts';
import type { Catalog, Clock, ObjectStore, RowEncoder } from './ports.ts';
import { registrar } from './registrar.ts';
import type { Verdict } from './slot.ts';
import { type Taken, takeData, toolsOf } from './take-data.ts';
import { takeDeadLetters } from './take-dead-letters.ts';
import { timestampNotes } from './timestamp-notes.ts';

export interface SinkPorts {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly encoder: RowEncoder;
  readonly clock: Clock;
  /** Returns a globally unique id at every call. */
  readonly newWriteId: () => string;
  /** Called when missing or damaged objects of the lake are noticed. */
  readonly onLostObject?: (lost: LostObject) => void;
  /** Called with the dead letters that a call has added to the lake, by reason. */
  readonly onDeadLetters?: (reasons: readonly RejectionReason[]) => void;
  /** Called with one-line warnings about a topic that is still read. */
  readonly note?: (line: string) => void;
}

/** What a call added to the lake: fewer rows and dead letters than records if the lake already had some. */
export interface SinkCounts {
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly objects: number;
}

/**
 * Writes batches to the lake, exactly once whatever is redelivered, concurrently or in different batches. When it
 * returns, every record is in a row or a dead letter that a reader sees; when it throws, the same records may be
 * delivered again.
 *
 * All checks come before the first effect. The effects, hour by hour: a note that the hour changes, if it is old; PUT
 * of the data object, PUT of the dead letters, registration of both in the catalogue.
 */
export function sink(ports: SinkPorts): (batch: KafkaPartitionBatch) => Promise<SinkCounts> {
  const chainPorts: ChainPorts = { ...ports, tails: chainTails(ports) };
  const register = registrar(ports.catalog);
  const noteChange = changeNotes(ports);
  const noteTimestamps = timestampNotes(ports.note ?? (() => undefined));

  const takeHour = async (part: HourPart): Promise<SinkCounts> => {
    const { contract } = part.stream;
    await noteChange(part.hour);
    const data =
      contract === null ? noContract(part) : await takeData(chainPorts, ports.encoder, toolsOf(contract), part);
    const dead = await takeDeadLetters(chainPorts, ports.encoder, part, data.verdicts);
    if (contract !== null) await register(lakeTable(contract), catalogTables(contract), part.hour, data.generation);
    if (dead !== undefined) await register(DEAD_LETTERS, [DEAD_LETTERS], part.hour, dead.generation);
    if (dead !== undefined && dead.rows > 0) ports.onDeadLetters?.(dead.reasons);
    return {
      records: part.records.length,
      rows: data.rows,
      deadLetters: dead?.rows ?? 0,
      objects: data.objects + (dead?.objects ?? 0),
    };
  };

  return async (batch) => {
    noteTimestamps(batch);
    let counts: SinkCounts = { records: 0, rows: 0, deadLetters: 0, objects: 0 };
    const parts = hourParts(batch);
    await assertTopicGoesOn(chainPorts.tails, parts);
    for (const part of parts) counts = add(counts, await takeHour(part));
    return counts;
  };
}

function noContract({ records }: HourPart): Taken {
  const verdict: Verdict = {
    reason: 'no_contract',
    path: '',
    detail: 'expected a topic that a contract names, found none that does',
    contractVersion: null,
  };
  const verdicts = new Map(records.map(({ offset }) => [offset, verdict]));
  return { verdicts, rows: 0, objects: 0, generation: 0 };
}

export function add(left: SinkCounts, right: SinkCounts): SinkCounts {
  return {
    records: left.records + right.records,
    rows: left.rows + right.rows,
    deadLetters: left.deadLetters + right.deadLetters,
    objects: left.objects + right.objects,
  };
}
