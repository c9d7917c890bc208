import { describe, expect, it } from 'vitest';
import { assertProbeId, probedStreams, probeLetterQuery, probeQuery } from '../../lib/derive/probe.ts';
import { contracts } from '../fixtures/eleven-streams.ts';

const probe = {
  id: '0190a5f2-0000-4000-8000-0123456789ab',
  sentMs: Date.UTC(2026, 0, 31, 23, 59, 58),
  streams: ['chat.rooms', 'shop.purchases'],
};
const named = (...names: readonly string[]) => contracts.filter(({ name }) => names.includes(name));

describe('a probe', () => {
  it('is to be found in the streams that it was sent to, and in those refined from them', () => {
    expect(probedStreams(contracts, probe).map(({ name }) => name)).toEqual([
      'chat.rooms',
      'chat.messages',
      'shop.purchases',
    ]);
  });

  it('is looked for in the hours since it was sent alone, the next day’s too', () => {
    const [purchases, sameHour] = [named('shop.purchases'), probe.sentMs + 1_000];
    expect(probeQuery(purchases, probe, sameHour)).toBe(
      "select 'shop.purchases' as stream from lake.shop_purchases where ((dt = '2026-01-31' and hour = 23)) " +
        `and "_extra" like '%${probe.id}%'`,
    );
    expect(probeLetterQuery(probe, probe.sentMs + 2_000)).toBe(
      "select reason from lake.dead_letters where ((dt = '2026-01-31' and hour = 23) or (dt = '2026-02-01' and hour = 0)) " +
        `and payload like '%${probe.id}%'`,
    );
  });

  it('has one row for each stream, however many rows its table has', () => {
    expect(probeQuery(named('chat.rooms', 'chat.messages'), probe, probe.sentMs)).toMatch(/^select .* union select /);
  });

  it.each([undefined, 7, '', "x' or 'a' = 'a", '0190A5F2-0000-4000-8000-0123456789AB'])(
    'is refused with the id %s',
    (id) => {
      expect(() => assertProbeId(id)).toThrow(/^probe: expected a UUID in lower case, found /);
      expect(() => probeQuery(contracts, { ...probe, id: String(id) }, probe.sentMs)).toThrow(/expected a UUID/);
      expect(() => probeLetterQuery({ ...probe, id: String(id) }, probe.sentMs)).toThrow(/expected a UUID/);
    },
  );
});
