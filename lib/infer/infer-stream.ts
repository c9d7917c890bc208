import type { Contract } from '../contracts/contract.ts';
import { admission } from '../pipeline/admit.ts';
import { parseJson } from '../pipeline/json/parse-json.ts';
import { builtContract } from './built-contract.ts';
import { contractSource } from './contract-source.ts';
import { inferContract } from './infer-contract.ts';
import { emptyShape, observeMembers } from './shape.ts';

/** A sample from which no contract can be inferred. */
export class SampleError extends Error {
  override readonly name = 'SampleError';
}

/** One event of a sample, and its place in it. */
export interface SampleEvent {
  readonly place: string;
  readonly bytes: Uint8Array;
}

export interface InferOptions {
  /** The name of the stream. */
  readonly name: string;
  /** A description of the sample: a file, a topic. */
  readonly sample: string;
  /** The module from which the contract's file imports `contract` and the field types. */
  readonly language: string;
  /** The current time; timestamps are not much later. */
  readonly nowMs: number;
}

export interface Inference {
  readonly contract: Contract;
  readonly source: string;
  readonly events: number;
  /** How many of them the contract accepts. */
  readonly accepted: number;
  /** The first of the others, and why. */
  readonly refusals: readonly string[];
}

const MAX_EVENTS = 100_000;
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_REFUSALS = 5;

/**
 * The narrowest contract that accepts the sample's events, or in a large sample all but one in a thousand; at most the
 * first 100,000 events or 128 MiB are read.
 * @throws SampleError if it contains no event; ContractError if no table can be derived from it.
 */
export async function inferStream(events: AsyncIterable<SampleEvent>, options: InferOptions): Promise<Inference> {
  const { name, sample, language, nowMs } = options;
  const looked = await taken(events);
  const shape = emptyShape();
  for (const { bytes } of looked) {
    const found = parseJson(Buffer.from(bytes).toString('utf8'));
    if (typeof found === 'string' || found.members === undefined) continue;
    const members = new Map(found.members.map(({ name: member, value }) => [member, value]));
    observeMembers(shape, members, nowMs);
  }
  if (looked.length === 0) throw new SampleError(`${sample}: expected events, found none; take a sample that has some`);
  if (shape.objects.seen === 0 || shape.objects.members.size === 0) {
    const found = `found ${looked.length === 1 ? 'a value' : `${looked.length} values`} of another kind`;
    throw new SampleError(`${sample}: expected JSON objects with fields, ${found}; take a sample of events`);
  }
  const inferred = inferContract(name, shape);
  const contract = builtContract(inferred);
  return { contract, source: contractSource(inferred, { sample, language }), ...judged(contract, looked, nowMs) };
}

async function taken(events: AsyncIterable<SampleEvent>): Promise<readonly SampleEvent[]> {
  const looked: SampleEvent[] = [];
  let bytes = 0;
  for await (const event of events) {
    looked.push(event);
    bytes += event.bytes.length;
    if (looked.length >= MAX_EVENTS || bytes >= MAX_BYTES) break;
  }
  return looked;
}

/** The pipeline's verdict on the sample's events, from the contract's own reader. */
function judged(contract: Contract, events: readonly SampleEvent[], nowMs: number) {
  const { admit } = admission(contract);
  const refusals: string[] = [];
  let accepted = 0;
  for (const { bytes, place } of events) {
    const outcome = admit(bytes, nowMs);
    if ('record' in outcome) accepted += 1;
    else if (refusals.length < MAX_REFUSALS) {
      const { reason, path, detail } = outcome;
      refusals.push(`${place}: ${reason}${path === '' ? '' : ` at ${path}`}: ${detail}`);
    }
  }
  return { events: events.length, accepted, refusals };
}
