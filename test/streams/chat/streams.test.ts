import { describe, expect, it } from 'vitest';
import { chat } from '../../../streams/chat/index.ts';
import { chatRooms } from '../../../streams/chat/rooms.ts';
import { EVENTS_FROM_MS, eventsOf, factsOf, range, refined } from '../../support/streams-of.ts';

const events = (name: string, count?: number) => eventsOf(chat, name, count);

it('have their documented kafka partitions, keys, event times and identities, whatever streams stand beside them', () => {
  expect(factsOf(chat)).toEqual(
    expect.arrayContaining([
      ['chat.rooms', 3, 'room_id', 'computed', 'room_id', null],
      ['chat.messages', 3, 'room_id', 'message_date', 'message_id', 'chat.rooms'],
    ]),
  );
});

interface Message {
  readonly sender_type: string;
  readonly message_date: string;
}

describe('the event time of a chat room', () => {
  const { eventTime } = chatRooms;
  if (typeof eventTime === 'string' || !('of' in eventTime)) throw new Error('expected a computed event time');
  const message = (message_date: string) => ({
    message_id: 'm',
    sender_type: null,
    message_text: null,
    message_date,
  });
  const room = (messages: readonly ReturnType<typeof message>[] | null) => ({
    room_id: 'r1',
    room_created_at: '2026-01-31 13:00:00.000000',
    channel: null,
    customer: { customer_id: 'c1', customer_name: null, phone: null },
    messages,
  });

  it('is that of its newest message, in whatever order they come', () => {
    const dates = ['2026-01-31 13:05:00.000000', '2026-01-31 13:07:00.000001', '2026-01-31 13:07:00.000000'];
    expect(eventTime.of(room(dates.map(message)))).toBe('2026-01-31 13:07:00.000001');
  });

  it('is when it was opened while it has no message', () => {
    expect(eventTime.of(room([]))).toBe('2026-01-31 13:00:00.000000');
    expect(eventTime.of(room(null))).toBe('2026-01-31 13:00:00.000000');
  });
});

describe('generated', () => {
  it('rooms: five channels, 1..5 messages in order of time, the last one of now, a phone that begins with zero', () => {
    const made = events('chat.rooms');
    expect(new Set(made.map(({ channel }) => channel))).toEqual(
      new Set(['ads', 'website', 'campaign', 'organic', 'direct']),
    );
    expect(range(made.map(({ messages }) => messages.length))).toEqual([1, 5]);
    for (const [index, { room_created_at, customer, messages }] of made.entries()) {
      const times = messages.map(({ message_date }: Message) => message_date);
      expect([room_created_at, ...times]).toEqual([room_created_at, ...times].sort());
      expect(times.at(-1)).toBe(new Date(EVENTS_FROM_MS + index * 1000).toISOString());
      expect(customer.phone).toMatch(/^0\d{9}$/);
    }
    const senders = made.flatMap(({ messages }) => messages.map(({ sender_type }: Message) => sender_type));
    expect(new Set(senders)).toEqual(new Set(['customer', 'agent', 'system']));
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
    expect(refined(chat, 'chat.messages', room(messages))).toEqual([
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
    expect(refined(chat, 'chat.messages', room(null))).toEqual([]);
    expect(refined(chat, 'chat.messages', room([]))).toEqual([]);
  });
});
