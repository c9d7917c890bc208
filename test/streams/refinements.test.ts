import { describe, expect, it } from 'vitest';
import { reader } from '../../lib/pipeline/reading.ts';
import { contracts, refinements } from '../support/shipped.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 13);

/** What a record of `from` becomes in `to`, read back as the sink of `to` reads it. */
function refined(from: string, to: string, text: string) {
  const found = refinements.find((one) => one.from.name === from && one.to.name === to);
  if (found === undefined) throw new Error(`no refinement from ${from} to ${to}`);
  const reading = reader(found.from).read(Buffer.from(text), NOW_MS);
  if ('reason' in reading) throw new Error(reading.detail);
  const events = found.refine(reading.event, JSON.parse(text));
  for (const event of events) {
    expect(reader(found.to).read(Buffer.from(JSON.stringify(event)), NOW_MS)).not.toHaveProperty('reason');
  }
  return events;
}

const search = (hotelAdvertisers: string, timestamp = '1769860800') =>
  `{"user_id":"u1","hotel_id":"h1","search_timestamp":${timestamp},"hotel_advertisers":${hotelAdvertisers},"event_id":"e"}`;

const EXAMPLE =
  '{"Amoma":[{"eurocents":17558,"breakfast":"false"}],"Expedia":[{"eurocents":13242,"breakfast":"false"}]}';

describe('search.processed', () => {
  const processed = (advertisers: string, timestamp?: string) =>
    refined('search.raw', 'search.processed', search(advertisers, timestamp));

  it('has the advertisers and the cheapest offer, and exactly five fields', () => {
    expect(processed(EXAMPLE)).toEqual([
      {
        user_id: 'u1',
        hotel_id: 'h1',
        search_timestamp: 1769860800,
        advertisers: ['Amoma', 'Expedia'],
        min_offer: { price: 13242, advertiser: 'Expedia' },
      },
    ]);
  });

  it('keeps the order of the document, names that look like integers included', () => {
    const [event] = processed('{"b":[],"10":[{"eurocents":5}],"2":[{"eurocents":5}],"a":[]}');
    expect(event).toMatchObject({ advertisers: ['b', '10', '2', 'a'], min_offer: { price: 5, advertiser: '10' } });
  });

  it('has no cheapest offer where there is none', () => {
    expect(processed('{}')).toMatchObject([{ advertisers: [], min_offer: null }]);
    expect(processed('{"a":[]}')).toMatchObject([{ advertisers: ['a'], min_offer: null }]);
  });

  it.each(['1769860800', '1769860800.25', '0', '1769860800.1234567'])('passes on %s as it came', (timestamp) => {
    const [event] = processed('{}', timestamp);
    expect(JSON.stringify(event?.search_timestamp)).toBe(timestamp);
  });
});

describe('search.offers', () => {
  it('has one event for each advertiser, those without an offer too', () => {
    const advertisers = '{"Amoma":[{"eurocents":7},{"eurocents":5,"breakfast":true}],"Tui":[]}';
    expect(refined('search.raw', 'search.offers', search(advertisers))).toMatchObject([
      { advertiser: 'Amoma', min_price: 5, offers: 2, user_id: 'u1', hotel_id: 'h1', search_timestamp: 1769860800 },
      { advertiser: 'Tui', min_price: null, offers: 0 },
    ]);
  });
});

describe('chat.messages', () => {
  const room = (messages: unknown) =>
    JSON.stringify({
      room_id: 'r1',
      room_created_at: '2026-01-31T12:00:00+01:00',
      customer: { customer_id: 'c1', customer_name: 'Ann', phone: '0170' },
      messages,
    });

  it('has one event for each message, with room and customer; a phone’s leading zero stays', () => {
    const messages = [
      { message_id: 'm1', message_date: '2026-01-31 12:01:00', message_text: 'hi', sender_type: 'customer' },
      { message_id: 'm2', message_date: '2026-01-31 12:02:00.5' },
    ];
    expect(refined('chat.rooms', 'chat.messages', room(messages))).toEqual([
      {
        message_id: 'm1',
        room_id: 'r1',
        room_created_at: '2026-01-31 11:00:00.000000',
        channel: null,
        customer_id: 'c1',
        customer_name: 'Ann',
        phone: '0170',
        sender_type: 'customer',
        message_text: 'hi',
        message_date: '2026-01-31 12:01:00.000000',
      },
      expect.objectContaining({ message_id: 'm2', message_text: null, message_date: '2026-01-31 12:02:00.500000' }),
    ]);
  });

  it('has none for a room without messages', () => {
    expect(refined('chat.rooms', 'chat.messages', room(null))).toEqual([]);
    expect(refined('chat.rooms', 'chat.messages', room([]))).toEqual([]);
  });
});

it('every stream that is refined from another has a refinement', () => {
  const declared = contracts.filter(({ refinedFrom }) => refinedFrom !== null).map(({ name }) => name);
  expect(refinements.map(({ to }) => to.name).sort()).toEqual([...declared].sort());
});
