import { chatMessagesOfRoom } from './chat-messages.ts';
import type { Refinement } from './refinement.ts';
import { offersOfSearch } from './search-offers.ts';
import { processedSearch } from './search-processed.ts';

/** Every refinement that Weir runs. */
export const refinements: readonly Refinement[] = [chatMessagesOfRoom, processedSearch, offersOfSearch];
