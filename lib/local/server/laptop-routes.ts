import { deadLetterRoutes } from '../../api/dead-letter-routes.ts';
import { type ServedRoute, served } from '../../api/route.ts';
import { type LocalDeadLettersOptions, localDeadLetters } from '../dead-letters/local-dead-letters.ts';

export type LaptopRoutesOptions = LocalDeadLettersOptions;

/** The routes over what only a laptop has at hand, such as the files of the lake. What AWS serves is without them. */
export function laptopRoutes(options: LaptopRoutesOptions): readonly ServedRoute[] {
  return [...served(deadLetterRoutes, { deadLetters: localDeadLetters(options) })];
}
