import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { isRebalance, kafkaTrouble } from './kafka-trouble.ts';

const JOINS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

interface GroupMembership {
  /** Resolves once durable. Kafka partitions that the member does not own (any more) are ignored. */
  commit(next: ReadonlyMap<number, number>): Promise<void>;
  /** Ends all waits for the group. */
  end(): void;
}

/**
 * The kafka partitions that the group has assigned to this member, and commits for them. During a rebalance, a commit
 * waits until the assignment is known: the kafka partition may move to another reader, which continues from the
 * previously committed offset.
 */
export function groupMembership(
  consumer: Consumer,
  { topic, group, brokers }: { readonly topic: string; readonly group: string; readonly brokers: readonly string[] },
): GroupMembership {
  /** Undefined during a rebalance. */
  let owned: ReadonlySet<number> | undefined;
  let isEnded = false;
  let commits = 0;
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    owned = new Set(payload.memberAssignment[topic] ?? []);
  });
  const lose = () => {
    owned = undefined;
  };
  consumer.on(consumer.events.REBALANCING, lose);
  consumer.on(consumer.events.CRASH, lose);
  consumer.on(consumer.events.COMMIT_OFFSETS, () => {
    commits += 1;
  });

  async function whenJoined(attempt: string): Promise<ReadonlySet<number>> {
    const deadline = performance.now() + JOINS_WITHIN_MS;
    while (owned === undefined) {
      if (isEnded) throw new Error(`Kafka: cannot ${attempt}: the reader is closed`);
      if (performance.now() > deadline) {
        throw kafkaTrouble(attempt, brokers, new Error(`the group did not settle within ${JOINS_WITHIN_MS / 1000} s`));
      }
      await sleep(LOOK_EVERY_MS);
    }
    return owned;
  }

  return {
    commit: async (next) => {
      const attempt = `commit ${topic} for group ${group}`;
      for (;;) {
        const mine = await whenJoined(attempt);
        const offsets = [...next].filter(([kafkaPartition]) => mine.has(kafkaPartition));
        if (offsets.length === 0) return;
        const before = commits;
        try {
          await consumer.commitOffsets(
            offsets.map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
          );
        } catch (error) {
          if (!isRebalance(error)) throw kafkaTrouble(attempt, brokers, error);
        }
        if (commits > before) return;
        // kafkajs resolves silently if its consumer has just stopped to rejoin.
        if (owned === mine) await sleep(LOOK_EVERY_MS);
      }
    },
    end: () => {
      isEnded = true;
    },
  };
}
