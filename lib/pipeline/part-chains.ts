import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import type { HourPart } from './batch.ts';
import type { Chain } from './slot.ts';

type PartOfChain = Pick<HourPart, 'stream' | 'kafkaPartition' | 'hour'>;

/** The chain that decides what is a dead letter: of the stream's table, or of the dead letters where the topic has no contract. */
export function decidingChain(part: PartOfChain): Chain {
  return part.stream.contract === null ? deadLetterChain(part) : dataChain(part, part.stream.contract);
}

/** The chain of the part's rows. */
export function dataChain({ stream: { incarnation }, kafkaPartition, hour }: PartOfChain, contract: Contract): Chain {
  const table = lakeTable(contract);
  return { table, label: table.table, incarnation, kafkaPartition, hour };
}

/** The chain of the part's dead letters. */
export function deadLetterChain({ stream, kafkaPartition, hour }: PartOfChain): Chain {
  const { contract, topic, incarnation } = stream;
  return { table: DEAD_LETTERS, label: labelOf(contract, topic), incarnation, kafkaPartition, hour };
}

/** A topic without contract keeps its own spelling behind a word that no table's name begins with. */
function labelOf(contract: Contract | null, topic: string): string {
  return contract === null ? `topic-${topic}` : lakeTable(contract).table;
}
