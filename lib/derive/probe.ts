import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from './names.ts';

/** Events that `weir verify` sends through a deployment, and where to find them. */
export interface Probe {
  /** A UUID, in every event and in the bad record. */
  readonly id: string;
  /** When they were sent, by the sender's clock; milliseconds since 1970. */
  readonly sentMs: number;
  /** The streams that an event was sent to. */
  readonly streams: readonly string[];
}

/** The key of a probe's id in its event. No contract declares it, so it is kept in `_extra`. */
export const PROBE_KEY = 'weir_probe';

/** The one bad record of a probe, which no contract accepts. */
export const badRecord = (id: string): string => `weir verify ${id}: a record that is no JSON`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws if it is not a UUID, because the id becomes part of SQL statements. */
export function assertProbeId(id: unknown): asserts id is string {
  if (typeof id === 'string' && UUID.test(id)) return;
  throw new Error(`probe: expected a UUID in lower case, found ${JSON.stringify(id) ?? 'nothing'}`);
}

/** The streams that have an event of the probe, or one that was refined from it. */
export function probedStreams(contracts: readonly Contract[], { streams }: Probe): readonly Contract[] {
  return contracts.filter(({ name, refinedFrom }) => streams.includes(refinedFrom ?? name));
}

/**
 * A query in the SQL that Athena, Redshift and DuckDB share, with a row `stream` for each of these streams whose table
 * has an event of the probe. It reads only the hours from the probe to `untilMs`. Refined events have no additional
 * keys, so any refined event no older than the probe matches.
 */
export function probeQuery(contracts: readonly Contract[], probe: Probe, untilMs: number): string {
  assertProbeId(probe.id);
  const hours = hoursFrom(probe.sentMs, untilMs);
  const selects = contracts.map(({ name, refinedFrom }) => {
    const { database, table } = lakeTable({ name });
    const isOfProbe =
      refinedFrom === null ? `"_extra" like '%${probe.id}%'` : `ingested_at >= ${timestamp(probe.sentMs)}`;
    return `select '${name}' as stream from ${database}.${table} where ${hours} and ${isOfProbe}`;
  });
  return selects.join(' union ');
}

/** The same for the bad record: a row with its `reason`. */
export function probeLetterQuery({ id, sentMs }: Probe, untilMs: number): string {
  assertProbeId(id);
  const { database, table } = DEAD_LETTERS;
  return `select reason from ${database}.${table} where ${hoursFrom(sentMs, untilMs)} and payload like '%${id}%'`;
}

const HOUR_MS = 3_600_000;

const timestamp = (ms: number) => `cast('${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}' as timestamp)`;

function hoursFrom(sinceMs: number, untilMs: number): string {
  const hours: string[] = [];
  for (let ms = Math.floor(sinceMs / HOUR_MS) * HOUR_MS; ms <= untilMs; ms += HOUR_MS) {
    const at = new Date(ms).toISOString();
    hours.push(`(dt = '${at.slice(0, 10)}' and hour = ${Number(at.slice(11, 13))})`);
  }
  return `(${hours.join(' or ')})`;
}
