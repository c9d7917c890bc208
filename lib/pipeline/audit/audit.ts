import type { Contract } from '../../contracts/contract.ts';
import { catalogTables, DEAD_LETTERS, lakeTable } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import type { HourSpan } from '../compact/compact-tables.ts';
import { lakeHours } from '../lake-hours.ts';
import { subtract } from '../offset-ranges.ts';
import type { Clock } from '../ports.ts';
import { startMs } from '../transform/hours.ts';
import { type AuditedHour, type AuditedTable, type AuditPorts, auditHour, type ChainOfHour } from './audit-hour.ts';
import { refinedFindings } from './audit-refined.ts';
import { type Finding, offsetsText } from './finding.ts';
import { SETTLE_MS } from './settle.ts';

export interface AuditRequest {
  readonly contracts: readonly Contract[];
  /** Only the table of this stream, and the dead letters. */
  readonly stream?: string;
  /** Only these hours. */
  readonly span?: Partial<HourSpan>;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  /** Ends the audit before the next hour. */
  readonly signal?: AbortSignal;
}

export interface AuditReport {
  readonly findings: readonly Finding[];
  /** The number of hours that were checked, across all tables. */
  readonly hours: number;
}

/**
 * Checks the lake hour by hour, from footers, catalogue and rows. It writes nothing and may run alongside everything
 * else: a problem is checked a second time, and only one that persists is a finding.
 */
export async function audit(
  ports: AuditPorts & { readonly clock: Pick<Clock, 'sleep'> },
  { contracts: all, stream, span = {}, onProgress, signal }: AuditRequest,
): Promise<AuditReport> {
  const contracts = stream === undefined ? all : all.filter(({ name }) => name === stream);
  const tables = tablesOf(contracts);
  const hours = await hoursOf(ports, tables, span);
  const findings: Finding[] = [];
  let done = 0;
  for (const hour of hours) {
    if (signal?.aborted) break;
    const first = await auditAll(ports, tables, contracts, hour);
    if (first.length > 0) {
      await ports.clock.sleep(SETTLE_MS);
      const before = new Set(first.map(textOf));
      const second = await auditAll(ports, tables, contracts, hour);
      findings.push(...second.filter((one) => before.has(textOf(one))));
    }
    onProgress?.({ done: ++done, of: hours.length });
  }
  return { findings, hours: done };
}

const textOf = ({ kind, table, message }: Finding) => `${kind} ${table} ${message}`;

function tablesOf(contracts: readonly Contract[]): readonly AuditedTable[] {
  const ofStreams = contracts.map((contract) => ({
    table: lakeTable(contract),
    names: catalogTables(contract),
    isShared: false,
    isRefined: contract.refinedFrom !== null,
  }));
  return [...ofStreams, { table: DEAD_LETTERS, names: [DEAD_LETTERS], isShared: true, isRefined: false }];
}

/** Every hour for which a table has a folder or a catalogue entry, ascending. */
async function hoursOf(
  { store, catalog }: AuditPorts,
  tables: readonly AuditedTable[],
  { from, to }: Partial<HourSpan>,
): Promise<readonly HourOfTable[]> {
  const hours = new Map<number, HourOfTable>();
  for (const { table, names } of tables) {
    for await (const hour of lakeHours(store, table)) hours.set(startMs(hour), hour);
    for (const name of names) {
      for (const { dt, hour } of await catalog.partitions(name)) hours.set(startMs({ dt, hour }), { dt, hour });
    }
  }
  return [...hours]
    .filter(([ms]) => (from === undefined || ms >= startMs(from)) && (to === undefined || ms <= startMs(to)))
    .sort(([left], [right]) => left - right)
    .map(([, hour]) => hour);
}

async function auditAll(
  ports: AuditPorts,
  tables: readonly AuditedTable[],
  contracts: readonly Contract[],
  hour: HourOfTable,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const byTable = new Map<string, AuditedHour>();
  for (const table of tables) {
    const audited = await auditHour(ports, table, hour);
    findings.push(...audited.findings);
    byTable.set(table.table.table, audited);
  }
  for (const contract of contracts) {
    const [refined, source] = [byTable.get(lakeTable(contract).table), sourceOf(contract, contracts, byTable)];
    if (refined?.findings.length !== 0 || source?.findings.length !== 0) continue;
    findings.push(...refinedFindings(hour, contract, source.chains, refined.chains));
  }
  // Letters are compared only if both tables are otherwise correct: other problems would be reported twice.
  const letters = byTable.get(DEAD_LETTERS.table);
  if (letters?.findings.length === 0) {
    for (const contract of contracts) {
      const data = byTable.get(lakeTable(contract).table);
      if (data === undefined || data.findings.length > 0) continue;
      findings.push(...data.chains.flatMap((chain) => letterFindings(hour, contract, chain, letters.chains)));
    }
  }
  return findings;
}

/** The audited table that a stream is refined from; undefined if there is none. */
function sourceOf(
  { refinedFrom }: Contract,
  contracts: readonly Contract[],
  byTable: ReadonlyMap<string, AuditedHour>,
): AuditedHour | undefined {
  const source = contracts.find(({ name }) => name === refinedFrom);
  return source && byTable.get(lakeTable(source).table);
}

/** The dead letters of a chain are exactly those records that it has rejected. */
function letterFindings(
  hour: HourOfTable,
  { name }: Contract,
  chain: ChainOfHour,
  letters: readonly ChainOfHour[],
): readonly Finding[] {
  if (!chain.isWhole) return [];
  const { incarnation, kafkaPartition, rejected } = chain;
  const ofChain = letters.find(
    (one) => one.stream === name && one.incarnation === incarnation && one.kafkaPartition === kafkaPartition,
  );
  const found = ofChain?.found?.offsets ?? [];
  const table = `${DEAD_LETTERS.database}.${DEAD_LETTERS.table}`;
  const missing = subtract(rejected, found);
  const unknown = subtract(found, rejected);
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            kind: 'letters_missing' as const,
            ...{ table, hour },
            message: `records that ${name} has rejected have no dead letter: ${offsetsText(kafkaPartition, missing)}`,
            remedy: 'they are written when the records are delivered again',
          },
        ]),
    ...(unknown.length === 0
      ? []
      : [
          {
            kind: 'letters_unknown' as const,
            ...{ table, hour },
            message: `dead letters of records that ${name} has not rejected: ${offsetsText(kafkaPartition, unknown)}`,
            remedy: 'restore the objects of the hour from a copy, if they were changed by hand',
          },
        ]),
  ];
}
