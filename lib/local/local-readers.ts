import type { Contract } from '../contracts/contract.ts';
import { METER, meteredStreams, type ReaderName, readerNames, topicReaders } from '../derive/topic-readers.ts';

/** Everything that reads topics in the pipeline's process. */
export type LocalReader = ReaderName | typeof METER;

export const localReaders: readonly LocalReader[] = [...readerNames, METER];

export function readBy(reader: LocalReader, contracts: readonly Contract[]): readonly Contract[] {
  return reader === METER ? meteredStreams(contracts) : topicReaders[reader].reads(contracts);
}

export function writesTopics(reader: LocalReader): boolean {
  return reader !== METER && topicReaders[reader].writesTopics;
}
