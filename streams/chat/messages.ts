import { contract, string, timestamp } from '../../lib/index.ts';

export const chatMessages = contract({
  name: 'chat.messages',
  version: 1,
  description: 'One message of a support chat, with its room and customer.',
  owner: 'support',
  kafkaPartitions: 3,
  key: 'room_id',
  eventTime: 'message_date',
  identity: 'message_id',
  refinedFrom: 'chat.rooms',
  fields: {
    message_id: string('Id of the message.'),
    room_id: string('Id of the room that it was written in.'),
    room_created_at: timestamp('When the room was opened.'),
    channel: string('Where the customer came from.', { nullable: true }),
    customer_id: string('Id of the customer who opened the room.', { personal: true }),
    customer_name: string('Name of that customer.', { nullable: true, personal: true }),
    phone: string('Telephone number of that customer as text; leading zeros matter.', {
      nullable: true,
      personal: true,
    }),
    sender_type: string('Who wrote: customer, agent, system or another.', { nullable: true }),
    message_text: string('What was written.', { nullable: true, personal: true }),
    message_date: timestamp('When it was sent.'),
  },
});
