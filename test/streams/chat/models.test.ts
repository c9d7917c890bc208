import { describe, expect, it } from 'vitest';
import { exampleHouse, HOUR_MS, T } from '../../support/example-house.ts';

const { house, rows, run } = exampleHouse();

const message = (id: string, at: string, text = 'hello') => ({
  message_id: id,
  sender_type: 'customer',
  message_text: text,
  message_date: `2026-01-31 ${at}`,
});

const room = (messages: unknown[] | null, customer: object = {}) => ({
  room_id: 'r1',
  room_created_at: '2026-01-31 10:00:00',
  channel: 'ads',
  customer: { customer_id: 'c1', customer_name: 'Ann', phone: '0170', ...customer },
  messages,
});

const counts = async () => {
  const [row] = await rows(
    `select (select count(*) from raw.chat_messages) as raw, (select count(*) from analytics.customers) as customers,
      (select count(*) from analytics.rooms) as rooms, (select count(*) from analytics.messages) as messages`,
  );
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
};

describe('chat', () => {
  it('one room with two messages is two rows in raw, one customer, one room, two messages', async () => {
    await house().produce('chat.rooms', T, [room([message('m1', '10:01:00'), message('m2', '10:02:00')])]);
    await run();
    expect(await counts()).toEqual({ raw: 2, customers: 1, rooms: 1, messages: 2 });
    expect(await rows('select phone from raw.chat_messages')).toEqual([{ phone: '0170' }, { phone: '0170' }]);
    expect(await rows('select customer_name, phone from analytics.customers')).toEqual([
      { customer_name: 'Ann', phone: '0170' },
    ]);
  });

  it('the same room twice, then again with one message repeated and one new: exactly three messages', async () => {
    const first = room([message('m1', '10:01:00'), message('m2', '10:02:00')]);
    await house().produce('chat.rooms', T, [first, first]);
    await run();
    expect(await counts()).toEqual({ raw: 2, customers: 1, rooms: 1, messages: 2 });
    await house().produce('chat.rooms', T + HOUR_MS, [room([message('m2', '10:02:00'), message('m3', '10:03:00')])]);
    await run();
    expect(await counts()).toEqual({ raw: 3, customers: 1, rooms: 1, messages: 3 });
  });

  it('a room without messages gives none, and still updates room and customer', async () => {
    await house().produce('chat.rooms', T, [room(null)]);
    await run();
    expect(await counts()).toEqual({ raw: 0, customers: 1, rooms: 1, messages: 0 });
  });

  const customer = async () => (await rows('select customer_name, phone, created_at from analytics.customers'))[0];

  it('a stale customer event changes nothing; a newer one changes the attributes, not created_at', async () => {
    await house().produce('chat.rooms', T, [room([message('m1', '10:30:00')])]);
    await run();
    const before = await customer();
    expect(before).toMatchObject({ customer_name: 'Ann', created_at: '2026-01-31 10:46:30' });
    await house().produce('chat.rooms', T + HOUR_MS, [room([message('m0', '10:05:00')], { customer_name: 'Old' })]);
    await run();
    expect(await customer()).toEqual(before);
    await house().produce('chat.rooms', T + 2 * HOUR_MS, [
      room([message('m9', '11:05:00')], { customer_name: 'New', phone: null }),
    ]);
    await run();
    expect(await customer()).toEqual({ ...before, customer_name: 'New', phone: null });
  });

  it('a backfill of an earlier hour lowers created_at', async () => {
    await house().produce('chat.rooms', T + HOUR_MS, [room([message('m1', '10:30:00')])]);
    await house().produce('chat.rooms', T, [room([message('m0', '10:05:00')], { customer_name: 'Old' })], 1);
    await house().settle();
    await house().refresh({ hours: [{ dt: '2026-01-31', hour: 11 }] });
    expect(await customer()).toMatchObject({ customer_name: 'Ann', created_at: '2026-01-31 11:46:30' });
    await house().refresh({ hours: [{ dt: '2026-01-31', hour: 10 }] });
    expect(await customer()).toMatchObject({ customer_name: 'Ann', created_at: '2026-01-31 10:46:30' });
  });
});
