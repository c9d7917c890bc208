import { refinement } from '../../lib/index.ts';
import { chatMessages } from './messages.ts';
import { chatRooms } from './rooms.ts';

/** A room's messages in its order, each with the room and the customer. A room without messages gives none. */
export const chatMessagesOfRoom = refinement({
  from: chatRooms,
  to: chatMessages,
  refine: ({ room_id, room_created_at, channel, customer, messages }) =>
    (messages ?? []).map(({ message_id, sender_type, message_text, message_date }) => ({
      message_id,
      room_id,
      room_created_at,
      channel,
      customer_id: customer.customer_id,
      customer_name: customer.customer_name,
      phone: customer.phone,
      sender_type,
      message_text,
      message_date,
    })),
});
