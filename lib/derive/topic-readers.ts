import type { Contract } from '../contracts/contract.ts';
import { type Metric, meterMetrics, refineMetrics, sinkMetrics } from './metrics.ts';

/**
 * A reader of topics: a function with event source mappings in AWS, the same handler in the pipeline's process locally.
 */
export interface TopicReader {
  /** The streams whose topics it reads. */
  reads(contracts: readonly Contract[]): readonly Contract[];
  /** Whether its output goes to topics, which other readers read. */
  readonly writesTopics: boolean;
  /** The metrics that its function emits with each invocation. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** The meaning of its error alarm, and of its lag alarm. */
  readonly failing: string;
  readonly lagging: string;
}

/**
 * Every reader of topics, by the name of its folder in `lambdas/`. Names are permanent, because consumer groups contain
 * them. To add a reader, add an entry here; the compiler then requires its local handler, its function and its cost.
 */
export const topicReaders = {
  sink: {
    reads: (contracts) => contracts,
    writesTopics: false,
    metrics: sinkMetrics,
    failing: 'The sink fails: its batches come again and again until they succeed.',
    lagging: 'Records wait in Kafka faster than the sink takes them.',
  },
  refine: {
    reads: (contracts) => refinedStreams(contracts).sources,
    writesTopics: true,
    metrics: refineMetrics,
    failing: 'Refinements fail: their batches come again and again until they succeed.',
    lagging: 'Records wait in Kafka faster than they are refined.',
  },
  meter: {
    reads: (contracts) => meteredStreams(contracts),
    writesTopics: false,
    metrics: meterMetrics,
    failing: 'The meter fails: its batches come again and again until they succeed; live metrics stand still.',
    lagging: 'Records wait in Kafka faster than live metrics count them.',
  },
} as const satisfies Readonly<Record<string, TopicReader>>;

export type ReaderName = keyof typeof topicReaders;

export const readerNames = Object.keys(topicReaders) as readonly ReaderName[];

/** The streams that have live metrics. */
export function meteredStreams(contracts: readonly Contract[]): readonly Contract[] {
  return contracts.filter(({ metrics }) => Object.keys(metrics).length > 0);
}

/** The consumer group of one reader of one stream. `owner` is the group's owner, such as a deployment. */
export function consumerGroup(owner: string, reader: ReaderName, { name }: Pick<Contract, 'name'>): string {
  return `${owner}-${reader}-${name}`;
}

/** The streams that are refined from another, and those that they are refined from. */
export function refinedStreams(contracts: readonly Contract[]) {
  const targets = contracts.filter(({ refinedFrom }) => refinedFrom !== null);
  const sources = contracts.filter(({ name }) => targets.some(({ refinedFrom }) => refinedFrom === name));
  return { sources, targets };
}
