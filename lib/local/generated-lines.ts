import { eventSource } from '../generators/event-source.ts';
import type { Generator } from '../generators/generator.ts';
import type { InputLine } from '../pipeline/input-line.ts';
import type { Clock } from '../pipeline/ports.ts';

/**
 * `count` events of a stream as lines (endless if `count` is Infinity), each generated for the time at which it is
 * requested.
 */
export async function* generatedLines(
  generator: Generator,
  { seed, count, clock }: { readonly seed: number | null; readonly count: number; readonly clock: Clock },
): AsyncGenerator<InputLine> {
  const nextEvent = eventSource(generator, seed);
  for (let lineNumber = 1; lineNumber <= count; lineNumber += 1) {
    const bytes = Buffer.from(JSON.stringify(nextEvent(clock.now())));
    yield { source: { file: `generator of ${generator.stream}`, lineNumber }, bytes };
  }
}
