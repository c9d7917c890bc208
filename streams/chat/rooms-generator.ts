import type { Faker } from '@faker-js/faker';
import { type Generator, wireTime } from '../../lib/index.ts';

const channels = ['ads', 'website', 'campaign', 'organic', 'direct'];
const senders = ['customer', 'agent', 'system'];
const MINUTE_MS = 60_000;

/** Rooms opened one to ten minutes ago, whose 1..5 messages are spread over that time; the last one is of now. */
export const chatRoomsGenerator: Generator = {
  stream: 'chat.rooms',
  everyMs: [1000, 1000],
  generate: (random, nowMs) => {
    const createdMs = nowMs - random.number.int({ min: MINUTE_MS, max: 10 * MINUTE_MS });
    return {
      room_id: random.string.uuid(),
      room_created_at: wireTime(createdMs),
      channel: random.helpers.arrayElement(channels),
      customer: {
        customer_id: random.string.uuid(),
        customer_name: random.person.fullName(),
        // Telephone numbers begin with a zero in most countries, and it must not get lost.
        phone: `0${random.string.numeric(9)}`,
      },
      messages: messages(random, createdMs, nowMs),
    };
  },
};

function messages(random: Faker, createdMs: number, nowMs: number): readonly object[] {
  const count = random.number.int({ min: 1, max: 5 });
  const gapMs = (nowMs - createdMs) / count;
  return Array.from({ length: count }, (_, index) => ({
    message_id: random.string.uuid(),
    sender_type: random.helpers.arrayElement(senders),
    message_text: random.lorem.sentence(),
    message_date: wireTime(createdMs + Math.round(gapMs * (index + 1))),
  }));
}
