import type { ExampleEvents } from '../api/openapi/openapi-types.ts';
import type { Contract } from '../contracts/contract.ts';
import { eventSource } from '../generators/event-source.ts';
import type { Generator } from '../generators/generator.ts';
import { maskPayload } from '../pipeline/masking.ts';

const EVENTS = 2;
const SEED = 1;

/**
 * The events that the generators produce for this time (milliseconds since 1970), masked like all displayed data.
 * Deterministic.
 */
export function exampleEvents(
  contracts: readonly Contract[],
  generators: readonly Generator[],
  nowMs: number,
): ExampleEvents {
  return (stream) => {
    const contract = contracts.find(({ name }) => name === stream);
    const generator = generators.find((one) => one.stream === stream);
    if (contract === undefined || generator === undefined) return [];
    const nextEvent = eventSource(generator, SEED);
    return Array.from({ length: EVENTS }, () => {
      const event = Buffer.from(JSON.stringify(nextEvent(nowMs)));
      return JSON.parse(Buffer.from(maskPayload(contract, event)).toString());
    });
  };
}
