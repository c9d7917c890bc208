import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { deadLetterSelect, type RowSelect, rowSelect } from '../derive/row-select.ts';
import type { HourPart } from './batch.ts';
import type { Chain } from './slot.ts';

type PartOfChain = Pick<HourPart, 'stream' | 'kafkaPartition' | 'hour'>;

/**
 * The chain that decides which records are dead letters: the data chain, or without a contract the dead-letter chain.
 */
export function decidingChain(part: PartOfChain): Chain {
  return part.stream.contract === null ? deadLetterChain(part) : dataChain(part, part.stream.contract);
}

/** Returns the chain of the part's rows. */
export function dataChain({ stream: { incarnation }, kafkaPartition, hour }: PartOfChain, contract: Contract): Chain {
  const table = lakeTable(contract);
  return {
    table,
    label: table.table,
    incarnation,
    kafkaPartition,
    hour,
    stream: contract.name,
    select: selectOf(contract),
  };
}

/** Returns the chain of the part's dead letters. */
export function deadLetterChain({ stream, kafkaPartition, hour }: PartOfChain): Chain {
  const { contract, topic, incarnation } = stream;
  const label = labelOf(contract, topic);
  const name = contract?.name ?? topic;
  return { table: DEAD_LETTERS, label, incarnation, kafkaPartition, hour, stream: name, select: deadLetterSelect };
}

const selects = new WeakMap<Contract, RowSelect>();

function selectOf(contract: Contract): RowSelect {
  const select = selects.get(contract) ?? rowSelect(contract);
  selects.set(contract, select);
  return select;
}

/** The label of the chain's objects. Without a contract, it is the topic after a prefix that no table name has. */
function labelOf(contract: Contract | null, topic: string): string {
  return contract === null ? `topic-${topic}` : lakeTable(contract).table;
}
