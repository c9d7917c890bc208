import { contract, list, string, struct, timestamp } from '../../lib/index.ts';

const message = struct(
  {
    message_id: string('Id of the message.'),
    sender_type: string('Who wrote: customer, agent, system or another.', { nullable: true }),
    message_text: string('What was written.', { nullable: true, personal: true }),
    message_date: timestamp('When it was sent.'),
  },
  'One message.',
);

export const chatRooms = contract({
  name: 'chat.rooms',
  version: 1,
  description: 'A support chat room as it stands: its customer, and the messages so far.',
  owner: 'support',
  kafkaPartitions: 3,
  key: 'room_id',
  eventTime: {
    description: 'the newest message_date, else room_created_at',
    of: ({ room_created_at, messages }) => {
      const [first, ...others] = (messages ?? []).map(({ message_date }) => message_date);
      return first === undefined
        ? room_created_at
        : others.reduce((newest, date) => (date > newest ? date : newest), first);
    },
  },
  identity: 'room_id',
  fields: {
    room_id: string('Id of the room.'),
    room_created_at: timestamp('When the room was opened.'),
    channel: string('Where the customer came from: ads, website, campaign, organic, direct or another.', {
      nullable: true,
    }),
    customer: struct(
      {
        customer_id: string('Id of the customer.', { personal: true }),
        customer_name: string('Name of the customer.', { nullable: true, personal: true }),
        phone: string('Telephone number as text; leading zeros matter.', { nullable: true, personal: true }),
      },
      'Who opened the room.',
    ),
    messages: list(message, 'The room’s messages, oldest first as a rule.', { nullable: true }),
  },
});
