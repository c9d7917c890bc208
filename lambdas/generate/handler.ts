import type { Contract } from '../../lib/contracts/contract.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import type { Generator } from '../../lib/generators/generator.ts';
import { admission } from '../../lib/pipeline/admit.ts';
import type { Clock, RecordToAppend } from '../../lib/pipeline/ports.ts';
import { type AppendableLog, type Producer, producer } from '../../lib/pipeline/produce.ts';

/** The request of the schedule: one stream's example events, now. */
export interface GenerateRequest {
  readonly stream: string;
  readonly count: number;
}

export interface GenerateDependencies {
  readonly log: AppendableLog;
  readonly contracts: readonly Contract[];
  readonly generators: readonly Generator[];
  /** The topics of streams whose topic has a different name. */
  readonly topics: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** The same seed generates the same sequence of events from the handler's creation on; null picks a random seed. */
  readonly seed: number | null;
}

/**
 * Generates the events that the schedule requests and sends them like any other event: validated, masked, keyed.
 * @throws if the stream has no generator; ProduceError if the log does not accept the records.
 */
export function createHandler(
  deps: GenerateDependencies,
): (request: GenerateRequest) => Promise<{ readonly sent: number }> {
  const makers = new Map<string, () => RecordToAppend>();
  const producers = new Map<string, Producer>();

  async function producerOf(stream: string): Promise<Producer> {
    const open = producers.get(stream);
    if (open !== undefined) return open;
    const opened = await producer({ log: deps.log, topic: topicOf({ name: stream }, deps.topics) });
    producers.set(stream, opened);
    return opened;
  }

  return async ({ stream, count }) => {
    const nextRecord = makers.get(stream) ?? recordMaker(stream, deps);
    makers.set(stream, nextRecord);
    const target = await producerOf(stream);
    const before = target.sent();
    try {
      for (let made = 0; made < count; made += 1) await target.send(nextRecord());
      return { sent: (await target.flush()) - before };
    } catch (error) {
      // A producer that has failed is not reused; the next call opens another.
      producers.delete(stream);
      throw error;
    }
  };
}

/**
 * Returns a function that generates one example event of the stream per call, as the record to append.
 * @param more additional keys for each event.
 * @throws if the stream has no generator.
 */
export function recordMaker(
  stream: string,
  { contracts, generators, clock, seed }: Omit<GenerateDependencies, 'log' | 'topics'>,
  more: Readonly<Record<string, string>> = {},
): () => RecordToAppend {
  const contract = contracts.find(({ name }) => name === stream);
  const generator = generators.find((one) => one.stream === stream);
  if (contract === undefined || generator === undefined) {
    const expected = generators.map((one) => one.stream).join(', ');
    throw new Error(`generate: expected a stream with a generator (${expected}), found "${stream}"`);
  }
  const { admit } = admission(contract);
  const nextEvent = eventSource(generator, seed);
  return () => {
    const nowMs = clock.now();
    const outcome = admit(Buffer.from(JSON.stringify({ ...nextEvent(nowMs), ...more })), nowMs);
    if ('record' in outcome) return outcome.record;
    const { reason, path, detail } = outcome;
    throw new Error(`generate: ${stream}: its contract refuses a generated event: ${reason} at "${path}": ${detail}`);
  };
}
