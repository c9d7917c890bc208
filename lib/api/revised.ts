import { digest } from './metric-questions.ts';
import type { RevisedAnswer } from './route.ts';

/** An answer whose revision is that of its body: it saves the transfer, not the work. */
export function revised(body: object): RevisedAnswer {
  return { revision: digest(body), answer: async () => ({ body }) };
}
