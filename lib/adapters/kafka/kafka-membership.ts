import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { isRebalance, kafkaTrouble } from './kafka-trouble.ts';

const JOINS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

interface GroupMembership {
  /** Durable when it resolves. Kafka partitions that the member does not have (any more) are left alone. */
  commit(next: ReadonlyMap<number, number>): Promise<void>;
  /** Nothing waits for the group any longer. */
  end(): void;
}

/**
 * What the group has given this member, and commits for that. While the group rebalances, a commit waits until it is
 * known who has the kafka partition: another reader may have it then, and reads on from what was committed before.
 */
export function groupMembership(
  consumer: Consumer,
  { topic, group, brokers }: { readonly topic: string; readonly group: string; readonly brokers: readonly string[] },
): GroupMembership {
  /** Undefined while the group settles. */
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
        // kafkajs resolves without a word when its consumer has just stopped to join again.
        if (owned === mine) await sleep(LOOK_EVERY_MS);
      }
    },
    end: () => {
      isEnded = true;
    },
  };
}
