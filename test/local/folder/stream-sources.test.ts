import { describe, expect, it } from 'vitest';
import type { StreamSource } from '../../../lib/local/folder/folder-identity.ts';
import { conflictMessage, isOtherLog, planSources } from '../../../lib/local/folder/stream-sources.ts';

const orders: StreamSource = { stream: 'orders', incarnation: 0, log: 'log 1', topic: 'orders', topicId: 'id 1' };
const withRows = async () => true;
const withoutRows = async () => false;

describe('the topics that a folder’s rows come from', () => {
  it('are noted when they are first read, for each incarnation by itself', async () => {
    const next = { ...orders, incarnation: 1, log: 'log 2' };
    expect(await planSources([], [orders], withRows)).toEqual({ sources: [orders], conflicts: [] });
    expect(await planSources([orders], [next], withRows)).toEqual({ sources: [orders, next], conflicts: [] });
  });

  it.each([
    ['of another log', { log: 'log 2', topicId: 'id 2' }],
    ['of another log that has no ids', { log: 'log 2', topicId: null }],
    ['of another name', { topic: 'bestellungen', topicId: 'id 2' }],
    ['created again', { topicId: 'id 2' }],
  ])('are not mixed with a topic %s, unless the incarnation has no rows', async (_, change) => {
    const found = { ...orders, ...change };
    const plan = await planSources([orders], [found], withRows);
    expect(plan).toEqual({ sources: [orders], conflicts: [{ known: orders, found, nextIncarnation: 1 }] });
    expect(await planSources([orders], [found], withoutRows)).toEqual({ sources: [found], conflicts: [] });
  });

  it('are the same where a log cannot tell ids, and their ids are not forgotten then', async () => {
    const unknown = { ...orders, topicId: null };
    expect(await planSources([orders], [unknown], withRows)).toEqual({ sources: [orders], conflicts: [] });
    expect(await planSources([unknown], [orders], withRows)).toEqual({ sources: [orders], conflicts: [] });
  });

  it('are refused with the next incarnation that nothing was read under', async () => {
    const known = [orders, { ...orders, incarnation: 3, topicId: 'id 4' }];
    const [conflict] = (await planSources(known, [{ ...orders, topicId: 'id 2' }], withRows)).conflicts;
    expect(conflict && isOtherLog(conflict)).toBe(false);
    expect(conflict && conflictMessage(conflict)).toBe(
      'orders: topic orders was deleted and created again: the lake has records of the one with id id 1, found id id 2. Nothing ' +
        "is read. To take in the new one's records beside those, set WEIR_INCARNATIONS=orders=4",
    );
  });

  it('are refused as another topic where the stream has moved, with how to continue there', async () => {
    const moved = { ...orders, topic: 'bestellungen', topicId: 'id 2' };
    const [conflict] = (await planSources([orders], [moved], withRows)).conflicts;
    expect(conflict && conflictMessage(conflict)).toBe(
      'orders: expected the topic orders, whose records the lake has, found bestellungen. Nothing is read. ' +
        'If the stream has moved to this topic, set WEIR_INCARNATIONS=orders=1',
    );
  });
});
