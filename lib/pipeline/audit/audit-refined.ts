import type { Contract } from '../../contracts/contract.ts';
import { lakeTable } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { type OffsetRanges, subtract, union } from '../offset-ranges.ts';
import { hourText } from '../transform/hours.ts';
import type { ChainOfHour } from './audit-hour.ts';
import { type Finding, offsetsText } from './finding.ts';

/**
 * Finds records whose rows a replay has made, but not their events in a refined table: the replay was interrupted, is
 * under way, or was by a version of Weir that did not make them; or the table refuses one of the events.
 * @param source the chains of the hour in the table of the stream that the other is refined from
 */
export function refinedFindings(
  hour: HourOfTable,
  refined: Contract,
  source: readonly ChainOfHour[],
  chains: readonly ChainOfHour[],
): readonly Finding[] {
  const { database, table } = lakeTable(refined);
  return source.flatMap(({ incarnation, kafkaPartition, tail }) => {
    const made = chains
      .filter((chain) => chain.kafkaPartition === kafkaPartition)
      .flatMap((chain) => chain.tail.amendedSources ?? [])
      .filter((sources) => sources.incarnation === incarnation)
      .reduce<OffsetRanges>((all, { offsets }) => union(all, offsets), []);
    const missing = subtract(tail.amended, made);
    if (missing.length === 0) return [];
    const name = refined.refinedFrom;
    return [
      {
        kind: 'refined_missing' as const,
        ...{ table: `${database}.${table}`, hour },
        message: `events of replayed records of ${name} are not in the table: ${offsetsText(kafkaPartition, missing)}`,
        remedy: `weir dlq replay --stream ${name} --from ${hourText(hour)} --to ${hourText(hour)}, which makes them or says why not`,
      },
    ];
  });
}
