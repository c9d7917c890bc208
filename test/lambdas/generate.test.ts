import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/generate/handler.ts';
import { contracts, generators } from '../support/fixture-project.ts';
import { recordedAppends } from '../support/recorded-appends.ts';
import { testClock } from '../support/test-clock.ts';

function handler({ seed = 7, topics = new Map<string, string>() } = {}, memory = recordedAppends(4)) {
  const generate = createHandler({ log: memory.log, contracts, generators, topics, clock: testClock(), seed });
  return { generate, ...memory };
}

describe('the generate handler', () => {
  it('sends as many events of the stream as it is asked for, to the stream’s topic', async () => {
    for (const { stream } of generators) {
      const { generate, appends, values } = handler();
      expect(await generate({ stream, count: 25 })).toEqual({ sent: 25 });
      expect(values()).toHaveLength(25);
      expect(new Set(appends.map(({ topic }) => topic))).toEqual(new Set([stream]));
    }
  });

  it('keeps records of one key in one kafka partition', async () => {
    const { generate, appends } = handler();
    await generate({ stream: 'shop.purchases', count: 200 });
    const places = appends.flatMap(({ kafkaPartition, records }) =>
      records.map(({ key }) => `${Buffer.from(key ?? '')} ${kafkaPartition}`),
    );
    expect(new Set(places).size).toBe(5);
  });

  it('spreads records without a key over the kafka partitions, call after call', async () => {
    const { generate, appends } = handler();
    for (let call = 0; call < 8; call += 1) await generate({ stream: 'people.profiles', count: 1 });
    expect(appends.map(({ kafkaPartition }) => kafkaPartition)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  it('sends the same bytes again for the same seed, clock and counts', async () => {
    const sent = async (seed: number) => {
      const { generate, values } = handler({ seed }, recordedAppends(1));
      for (const count of [1, 5, 2]) await generate({ stream: 'chat.rooms', count });
      return values();
    };
    expect(await sent(1)).toEqual(await sent(1));
    expect(await sent(1)).not.toEqual(await sent(2));
  });

  it('sends to the topic that the settings name', async () => {
    const { generate, appends } = handler({ topics: new Map([['chat.rooms', 'legacy-rooms']]) });
    await generate({ stream: 'chat.rooms', count: 1 });
    expect(appends.map(({ topic }) => topic)).toEqual(['legacy-rooms']);
  });

  it('sends no clear card number', async () => {
    const { generate, values } = handler();
    await generate({ stream: 'people.profiles', count: 300 });
    for (const value of values()) expect(JSON.parse(value).credit_card_number).toMatch(/^\*+\d{4}$/);
    expect(values().join('')).not.toMatch(/"credit_card_number":"\d/);
  });

  it('throws what the log throws, and continues at the next call', async () => {
    let broken = true;
    const memory = recordedAppends(1, () => {
      if (broken) throw new Error('no broker');
    });
    const { generate } = handler({}, memory);
    await expect(generate({ stream: 'chat.rooms', count: 3 })).rejects.toThrow(/chat\.rooms: no broker/);
    broken = false;
    expect(await generate({ stream: 'chat.rooms', count: 3 })).toEqual({ sent: 3 });
  });

  it('names the streams that it could have served', async () => {
    const { generate } = handler();
    await expect(generate({ stream: 'chat.messages', count: 1 })).rejects.toThrow(
      /expected a stream with a generator \(chat\.rooms, shop\.purchases,.*found "chat\.messages"/,
    );
  });
});
