import type { Stream } from '../../lib/index.ts';
import { chatMessages } from './messages.ts';
import { chatMessagesOfRoom } from './messages-of-room.ts';
import { chatRooms } from './rooms.ts';
import { chatRoomsGenerator } from './rooms-generator.ts';

/** Support chats: rooms, and the messages that are refined from them. */
export const chat: readonly Stream[] = [
  { contract: chatRooms, generator: chatRoomsGenerator },
  { contract: chatMessages, refinement: chatMessagesOfRoom },
];
