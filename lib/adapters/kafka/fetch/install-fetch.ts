import type { Batch } from 'kafkajs';
import fetch from 'kafkajs/src/protocol/requests/fetch/index.js';
import { type FetchedBatch, fetchResponse } from './fetch-response.ts';

/** Before this version, brokers do not support transactions and send records in another format. */
const OLDEST_VERSION = 4;

let isInstalled = false;

/**
 * Makes every kafkajs consumer in this process decode its fetches with `fetchResponse`, because kafkajs's own decoder
 * returns records of aborted transactions. kafkajs still does everything else about a fetch. One call is enough.
 * @throws if kafkajs's internals have changed
 */
export function installFetch(): void {
  if (isInstalled) return;
  const { protocol } = fetch;
  if (typeof protocol !== 'function') throw new Error(`${CHANGED}, found no protocol of Fetch in it`);
  isInstalled = true;
  fetch.protocol = ({ version }) => {
    if (version < OLDEST_VERSION) throw new Error('expected Kafka 0.11 or newer, found an older broker: update it');
    const request = protocol({ version });
    return (options) => {
      const made = request(options);
      return { ...made, response: { ...made.response, decode: async (payload) => fetchResponse(version, payload) } };
    };
  };
}

const CHANGED = 'kafkajs: expected version 2.2.4, whose reading of fetched records Weir replaces';

/** The content of a kafkajs batch, which must come from `fetchResponse`. */
export interface Fetched {
  readonly batches: readonly FetchedBatch[];
  /** The requested offset: the first batch may begin before it. */
  readonly fromOffset: number;
}

/** @throws if kafkajs has decoded the records itself: some may belong to aborted transactions */
export function fetchedBy(batch: Batch): Fetched {
  const batches: readonly unknown[] = batch.messages;
  const fromOffset = Number('fetchedOffset' in batch ? batch.fetchedOffset : undefined);
  if (!batches.every(isFetchedBatch) || !Number.isSafeInteger(fromOffset)) {
    throw new Error(`${CHANGED}, found records that were read in another way; nothing of them was taken`);
  }
  return { batches, fromOffset };
}

function isFetchedBatch(message: unknown): message is FetchedBatch {
  return typeof message === 'object' && message !== null && 'batch' in message;
}
