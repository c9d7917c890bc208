import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { CutPolicy, MappingLimits } from '../../../lib/local/event-source/deliveries.ts';
import { type EventSourceMapping, eventSourceMapping } from '../../../lib/local/event-source/event-source-mapping.ts';
import type { Notice } from '../../../lib/local/trouble-report.ts';
import type { KafkaEvent } from '../../../lib/pipeline/msk-event.ts';
import { PermanentError } from '../../../lib/pipeline/permanent-error.ts';
import { RecreatedTopicError } from '../../../lib/pipeline/recreated-topic.ts';
import { lambdaJson } from '../../support/lambda-json.ts';
import { memoryLog, textRecord } from '../../support/memory-log.ts';
import { testClock } from '../../support/test-clock.ts';

const TOPIC = 'orders';
const origin = {
  topic: TOPIC,
  eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/weir',
  bootstrapServers: 'here',
};
const usual: MappingLimits = {
  batchSize: 100,
  batchWindowMs: 5_000,
  maxPayloadBytes: 6 * 1024 * 1024,
  maxConcurrent: 1,
  backOff: { firstMs: 1_000, maxMs: 8_000 },
};

interface Setup {
  readonly kafkaPartitions?: number;
  readonly limits?: Partial<MappingLimits>;
  readonly cut?: CutPolicy;
  readonly handler?: (event: KafkaEvent) => Promise<unknown>;
  readonly watch?: () => Promise<void>;
}

/** What a handler got: `0:0-4` is kafka partition 0, offsets 0 to 4. */
function shape(event: KafkaEvent): string {
  return Object.values(event.records)
    .map((records) => `${records[0]?.partition}:${records[0]?.offset}-${records.at(-1)?.offset}`)
    .join(' ');
}

describe('the event source mapping', () => {
  let mapping: EventSourceMapping | undefined;
  afterEach(async () => {
    const stopped = mapping?.stop(0);
    await clock.advance(1_000);
    await stopped;
    mapping = undefined;
  });
  let clock = testClock();

  async function setUp({
    kafkaPartitions = 1,
    limits,
    cut,
    handler = async () => {},
    watch = async () => {},
  }: Setup = {}) {
    clock = testClock();
    const log = memoryLog(clock);
    await log.createTopic({ topic: TOPIC, kafkaPartitions, timestampType: 'LogAppendTime', retentionMs: 1 });
    const got: string[] = [];
    const notices: Notice[] = [];
    const start = async () => {
      mapping = await eventSourceMapping({
        log,
        origin,
        group: 'weir-sink',
        watch,
        limits: { ...usual, ...limits },
        clock,
        random: () => 1,
        notify: (notice) => notices.push(notice),
        ...(cut === undefined ? {} : { cut }),
        handler: (event) => {
          got.push(shape(event));
          return handler(event);
        },
      });
      return mapping;
    };
    const append = (count: number, kafkaPartition = 0, text = 'x') =>
      log.append(
        TOPIC,
        kafkaPartition,
        Array.from({ length: count }, () => textRecord(text)),
      );
    return { log, got, notices, start, append };
  }

  it('waits for the batch window and no longer', async () => {
    const { got, start, append } = await setUp();
    await start();
    await append(3);
    await clock.advance(4_900);
    expect(got).toEqual([]);
    await clock.advance(200);
    expect(got).toEqual(['0:0-2']);
  });

  it('delivers at once what fills the batch size', async () => {
    const { got, start, append } = await setUp({ limits: { batchSize: 10 } });
    await append(25);
    await start();
    await clock.advance(1);
    expect(got).toEqual(['0:0-9', '0:10-19']);
    await clock.advance(5_000);
    expect(got).toEqual(['0:0-9', '0:10-19', '0:20-24']);
  });

  it('says the newest Kafka timestamp that was delivered, and never an older one', async () => {
    const { got, start, append } = await setUp({ kafkaPartitions: 2, limits: { batchSize: 1 } });
    await append(1, 1);
    const oldMs = clock.now();
    await clock.advance(60_000);
    await append(1, 0);
    const newMs = clock.now();
    const running = await start();
    expect(running.progress().newestMs).toBeNull();
    await clock.advance(10);
    expect(oldMs).toBeLessThan(newMs);
    expect(running.progress()).toMatchObject({ delivered: 2, newestMs: newMs });
    expect(got).toEqual(['0:0-0', '1:0-0']);
  });

  it('never lets the event exceed the payload cap, and delivers a record above it alone', async () => {
    const sizes: number[] = [];
    const { got, start, append } = await setUp({
      limits: { maxPayloadBytes: 4_096 },
      handler: async (event) => sizes.push(lambdaJson(event).length),
    });
    await append(8, 0, 'y'.repeat(900));
    await append(1, 0, 'z'.repeat(9_000));
    await append(2, 0, 'y'.repeat(900));
    const running = await start();
    const drained = running.drain();
    await clock.advance(10_000);
    await drained;
    expect(got).toEqual(['0:0-1', '0:2-3', '0:4-5', '0:6-7', '0:8-8', '0:9-10']);
    expect(sizes.filter((size) => size > 4_096)).toHaveLength(1);
  });

  it('puts several kafka partitions into one event when little is there', async () => {
    const { got, start, append } = await setUp({ kafkaPartitions: 3 });
    await append(2, 0);
    await append(1, 2);
    await start();
    await clock.advance(5_000);
    expect(got).toEqual(['0:0-1 2:0-0']);
  });

  it('delivers the whole batch again after an error, and commits only after success', async () => {
    let calls = 0;
    const { log, got, start, append } = await setUp({
      handler: async () => {
        calls += 1;
        if (calls < 3) throw new Error('the lake is away');
      },
    });
    await append(3);
    await start();
    await clock.advance(5_000);
    expect(log.commits).toEqual([]);
    await append(2);
    await clock.advance(1_000);
    expect(log.commits).toEqual([]);
    await clock.advance(2_000);
    expect(got).toEqual(['0:0-2', '0:0-2', '0:0-2']);
    expect(log.commits).toEqual([[[0, 3]]]);
  });

  it('waits twice as long after each failure, up to the most', async () => {
    const at: number[] = [];
    const { start, append } = await setUp({
      handler: async () => {
        at.push(clock.now());
        throw new Error('no');
      },
    });
    await append(1);
    await start();
    await clock.advance(60_000);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(gaps.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('tells of an error once however often it comes, and of the recovery', async () => {
    const errors = ['a', 'a', 'a', 'b'];
    const { notices, start, append } = await setUp({
      handler: async () => {
        const error = errors.shift();
        if (error !== undefined) throw new Error(error);
      },
    });
    await append(2);
    await start();
    await clock.advance(60_000);
    const what = 'topic orders: delivering kafka partition 0, offsets 0 to 1';
    expect(notices).toEqual([
      { kind: 'trouble', what, message: 'a' },
      { kind: 'trouble', what, message: 'b' },
      { kind: 'recovered', what, message: '' },
    ]);
  });

  it('continues with the other kafka partitions while one waits to be tried again', async () => {
    const { got, start, append } = await setUp({
      kafkaPartitions: 2,
      handler: async (event) => {
        if (`${TOPIC}-0` in event.records) throw new Error('kafka partition 0 is poisoned');
      },
    });
    await append(1, 0);
    await start();
    await clock.advance(5_000);
    await append(1, 1);
    await clock.advance(6_000);
    expect(got).toContain('1:0-0');
  });

  it('continues with the other kafka partitions of a batch that one of them stops', async () => {
    const { log, notices, start, append } = await setUp({
      kafkaPartitions: 3,
      handler: async (event) => {
        if (`${TOPIC}-1` in event.records) throw new Error('kafka partition 1 is poisoned');
      },
    });
    for (const kafkaPartition of [0, 1, 2]) await append(2, kafkaPartition);
    await start();
    await clock.advance(30_000);
    expect(log.commits).toEqual([[[0, 2]], [[2, 2]]]);
    expect(notices.map(({ kind }) => kind)).toEqual(['trouble']);
    await append(1, 0);
    await clock.advance(30_000);
    expect(log.commits.at(-1)).toEqual([[0, 3]]);
  });

  it('has one call in flight per kafka partition, however many there may be at a time', async () => {
    const inFlight = new Set<string>();
    let most = 0;
    const { start, append, got } = await setUp({
      kafkaPartitions: 3,
      limits: { batchSize: 5, maxConcurrent: 3 },
      handler: async (event) => {
        const groups = Object.keys(event.records);
        for (const group of groups) {
          if (inFlight.has(group)) throw new Error(`${group} is in flight twice`);
          inFlight.add(group);
        }
        most = Math.max(most, inFlight.size);
        await clock.sleep(100);
        for (const group of groups) inFlight.delete(group);
      },
    });
    for (const kafkaPartition of [0, 1, 2]) await append(20, kafkaPartition);
    const running = await start();
    const drained = running.drain();
    await clock.advance(5_000);
    await drained;
    expect(most).toBe(3);
    expect(got).toHaveLength(12);
    expect(running.progress()).toMatchObject({ failures: 0, delivered: 60 });
  });

  it('serves every kafka partition in turn when all have a backlog', async () => {
    const { got, start, append } = await setUp({ kafkaPartitions: 3, limits: { batchSize: 5 } });
    for (const kafkaPartition of [0, 1, 2]) await append(15, kafkaPartition);
    const running = await start();
    const drained = running.drain();
    await clock.advance(1_000);
    await drained;
    const first = (kafkaPartition: string) => got.findIndex((text) => text.startsWith(kafkaPartition));
    expect(Math.max(first('0'), first('1'), first('2'))).toBeLessThan(7);
    expect(got.every((text) => !text.includes(' '))).toBe(true);
  });

  it('delivers again when a commit fails: what is not committed does not count', async () => {
    const { log, got, start, append } = await setUp();
    log.failNext('commit', new Error('the disk is full'));
    await append(2);
    await start();
    await clock.advance(7_000);
    expect(got).toEqual(['0:0-1', '0:0-1']);
    expect(log.commits).toEqual([[[0, 2]]]);
  });

  it('reads on after the log was away, without a record twice or missing', async () => {
    const { log, got, notices, start, append } = await setUp();
    await append(2);
    const running = await start();
    await clock.advance(100);
    log.failNext('poll', new Error('the broker is away'));
    await append(2);
    await clock.advance(20_000);
    expect(got.join(' ')).toBe('0:0-3');
    expect(running.progress().delivered).toBe(4);
    expect(notices.map(({ kind }) => kind)).toEqual(['trouble', 'recovered']);
  });

  it('reads on with a new reader when the old one fails for ever', async () => {
    const { log, got, start, append } = await setUp({ limits: { batchSize: 2 } });
    await append(2);
    const running = await start();
    await clock.advance(100);
    log.breakReaders(new Error('the session is lost'));
    await append(4);
    await clock.advance(20_000);
    expect(got).toEqual(['0:0-1', '0:2-3', '0:4-5']);
    expect(running.progress().committed.get(0)).toBe(6);
  });

  it('reads on however much it has delivered: the memory of delivered records is free again', async () => {
    const { got, start, append } = await setUp({ limits: { maxPayloadBytes: 4_096, batchSize: 5 } });
    await append(100, 0, 'y'.repeat(900));
    const running = await start();
    await clock.advance(60_000);
    expect(running.progress()).toMatchObject({ received: 100, delivered: 100 });
    expect(got.at(-1)).toBe('0:98-99');
  });

  it('holds no more than four payloads in memory while the handler is busy, however much it has delivered', async () => {
    let calls = 0;
    const { start, append } = await setUp({
      limits: { maxPayloadBytes: 4_096, batchSize: 5 },
      handler: async () => {
        calls += 1;
        if (calls > 10) await new Promise(() => {});
      },
    });
    await append(200, 0, 'y'.repeat(900));
    const running = await start();
    await clock.advance(60_000);
    const { received, delivered } = running.progress();
    expect(calls).toBe(11);
    expect(received - delivered).toBeLessThan(4 * 4 + 5);
  });

  it('serves first what has waited longest: one backlog does not keep back the others', async () => {
    const { got, start, append } = await setUp({
      kafkaPartitions: 2,
      limits: { batchSize: 5 },
      handler: () => clock.sleep(100),
    });
    await append(5, 0);
    await start();
    await clock.advance(1);
    await append(10, 0);
    await append(10, 1);
    await clock.advance(450);
    expect(got.slice(0, 4)).toEqual(['0:0-4', '1:0-4', '0:5-9', '1:5-9']);
  });

  it('makes no kafka partition wait for the longer runs of another beyond the batch window', async () => {
    const { got, start, append } = await setUp({
      kafkaPartitions: 2,
      limits: { batchSize: 5, batchWindowMs: 300 },
      handler: () => clock.sleep(100),
    });
    await append(100, 0);
    await append(1, 1);
    await start();
    await clock.advance(390);
    expect(got.slice(0, 3)).toEqual(['0:0-4', '0:5-9', '0:10-14']);
    expect(got[3]).toMatch(/^1:0-0\b/);
  });

  it('stops gracefully: the batch in flight ends and is committed, and no other begins', async () => {
    const { log, got, start, append } = await setUp({ limits: { batchSize: 2 }, handler: () => clock.sleep(300) });
    await append(6);
    const running = await start();
    await clock.advance(1);
    const stopped = running.stop(2_000);
    await clock.advance(1_000);
    await stopped;
    expect(got).toEqual(['0:0-1']);
    expect(log.commits).toEqual([[[0, 2]]]);
    mapping = undefined;
  });

  it('stops at the deadline when the handler does not end', async () => {
    const { log, start, append } = await setUp({ limits: { batchSize: 2 }, handler: () => new Promise(() => {}) });
    await append(2);
    const running = await start();
    await clock.advance(1);
    const stopped = running.stop(2_000);
    await clock.advance(2_000);
    await stopped;
    expect(log.commits).toEqual([]);
    mapping = undefined;
  });

  it('is drained when only the marker of a transaction is left, which no handler ever gets', async () => {
    const { log, got, start, append } = await setUp({ kafkaPartitions: 2 });
    await append(2, 0);
    log.appendMarker(TOPIC, 0);
    log.appendMarker(TOPIC, 1);
    const running = await start();
    const drained = running.drain();
    await clock.advance(1_000);
    await drained;
    expect(got).toEqual(['0:0-1']);
    expect([...running.progress().committed].sort()).toEqual([
      [0, 3],
      [1, 1],
    ]);
  });

  it('is not drained while a record in front of a marker is not committed', async () => {
    let isAway = true;
    const { log, start, append } = await setUp({
      handler: async () => {
        if (isAway) throw new Error('the lake is away');
      },
    });
    await append(1);
    log.appendMarker(TOPIC, 0);
    const running = await start();
    let isDrained = false;
    const drained = running.drain().then(() => {
      isDrained = true;
    });
    await clock.advance(5_000);
    expect({ isDrained, committed: running.progress().committed.size }).toEqual({ isDrained: false, committed: 0 });
    isAway = false;
    await clock.advance(20_000);
    await drained;
    expect(running.progress().committed.get(0)).toBe(2);
  });

  it('is drained when there is nothing to do', async () => {
    const { start } = await setUp({ kafkaPartitions: 2 });
    await (await start()).drain();
  });

  it('a policy cuts redeliveries as it likes, and nothing is lost or out of order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(20)), async (choices) => {
        const draw = () => choices.next().value;
        let failuresLeft = 10;
        const seen = [new Set<number>(), new Set<number>()];
        const { log, start, append } = await setUp({
          kafkaPartitions: 2,
          limits: { batchSize: 7 },
          cut: (_, { waiting }) =>
            new Map([...waiting].map(([kafkaPartition, count]) => [kafkaPartition, draw() % (count + 1)])),
          handler: async (event) => {
            for (const { partition, offset } of Object.values(event.records).flat()) {
              const known = seen[partition] ?? new Set();
              if (offset > known.size) throw new Error(`kafka partition ${partition} skipped to ${offset}`);
              known.add(offset);
            }
            if (draw() < 8 && failuresLeft-- > 0) throw new Error('again');
          },
        });
        await append(23, 0);
        await append(11, 1);
        const first = await start();
        await clock.advance(4_000);
        const stopped = first.stop(0);
        await clock.advance(1_000);
        await stopped;
        const second = await start();
        const drained = second.drain();
        await clock.advance(200_000);
        await drained;
        expect(seen.map(({ size }) => size)).toEqual([23, 11]);
        expect(await log.committedOffsets(TOPIC, 'weir-sink')).toEqual([23, 11]);
        await Promise.all([second.stop(0), clock.advance(1_000)]);
        mapping = undefined;
      }),
      { numRuns: 15 },
    );
  });

  describe('a topic that cannot continue', () => {
    const recreated = new RecreatedTopicError('another topic now');

    it('is not delivered any more once it is another one, and nothing else is said or tried', async () => {
      let isOther = false;
      const watch = async () => {
        if (isOther) throw recreated;
      };
      const { log, got, notices, start, append } = await setUp({ watch });
      const running = await start();
      await append(2);
      await clock.advance(6_000);
      isOther = true;
      log.recreate(TOPIC);
      await append(7);
      await clock.advance(60_000);
      expect(got).toEqual(['0:0-1']);
      expect(notices).toEqual([{ kind: 'stopped', what: 'topic orders', message: 'another topic now' }]);
      await expect(running.drain()).rejects.toBe(recreated);
    });

    it('is noticed within seconds to be another one, also when no records come', async () => {
      let isOther = false;
      const watch = async () => {
        if (isOther) throw recreated;
      };
      const { notices, start } = await setUp({ watch });
      await start();
      await clock.advance(60_000);
      isOther = true;
      await clock.advance(6_000);
      expect(notices.map(({ kind }) => kind)).toEqual(['stopped']);
    });

    it('ends a drain that has nothing left to deliver, too', async () => {
      const { start } = await setUp({ watch: () => Promise.reject(recreated) });
      await expect((await start()).drain()).rejects.toBe(recreated);
    });

    it('ends a drain with what keeps it, after its other kafka partitions are delivered', async () => {
      const damaged = new PermanentError('the object is damaged: put it back');
      const taken: string[] = [];
      const { notices, start, append } = await setUp({
        kafkaPartitions: 2,
        handler: async (event) => {
          if (/^0:| 0:/.test(shape(event))) throw damaged;
          taken.push(shape(event));
        },
      });
      await append(3, 0);
      await append(9, 1);
      const drained = expect((await start()).drain()).rejects.toBe(damaged);
      await clock.advance(60_000);
      await drained;
      expect(taken).toEqual(['1:0-8']);
      expect(notices[0]).toMatchObject({ kind: 'stopped', message: 'the object is damaged: put it back' });
    });

    it('ends a drain when any other trouble has lasted for two minutes, and not before', async () => {
      const { start, append } = await setUp({
        handler: async () => {
          throw new Error('no answer');
        },
      });
      await append(1);
      let ended = 'not yet';
      const running = await start();
      const drained = running.drain().catch((error) => {
        ended = error.message;
      });
      await clock.advance(110_000);
      expect(ended).toBe('not yet');
      await clock.advance(20_000);
      await drained;
      expect(ended).toBe('no answer');
    });

    it('ends a drain when it cannot be read', async () => {
      const unreadable = new PermanentError('a codec that nobody knows');
      const { log, start, append } = await setUp();
      await append(1);
      const openReader = log.openReader;
      Object.assign(log, {
        openReader: async (topic: string, group: string) => ({
          ...(await openReader(topic, group)),
          poll: () => Promise.reject(unreadable),
        }),
      });
      const drained = expect((await start()).drain()).rejects.toBe(unreadable);
      await clock.advance(5_000);
      await drained;
    });
  });
});
