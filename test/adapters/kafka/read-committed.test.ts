import { describe, expect, it } from 'vitest';
import { fetchResponse } from '../../../lib/adapters/kafka/fetch/fetch-response.ts';
import { readRecords } from '../../../lib/adapters/kafka/fetch/record-reader.ts';
import { endMarker, fetchResponseBytes, recordBatchBytes } from '../../support/kafka-wire.ts';
import { type Random, random } from '../../support/random.ts';

/** A kafka partition as a broker keeps it, and what a reader must see of it. */
interface Log {
  readonly batches: readonly { readonly firstOffset: number; readonly lastOffset: number; readonly bytes: Buffer }[];
  readonly aborted: readonly {
    readonly producerId: number;
    readonly firstOffset: number;
    readonly markerOffset: number;
  }[];
  /** Committed ones, and those without a transaction, before the first transaction that is still open. */
  readonly visible: readonly number[];
  /** Nobody who reads what is committed gets anything from here on. */
  readonly lastStableOffset: number;
}

interface Open {
  readonly firstOffset: number;
  readonly offsets: number[];
}

const PRODUCERS = [1, 2, 3, 4];

/** Several producers write whatever they like: in transactions and without one, interleaved, ending them or not. */
async function writtenLog({ below, chance, pick }: Random): Promise<Log> {
  const batches: { firstOffset: number; lastOffset: number; bytes: Buffer }[] = [];
  const aborted: { producerId: number; firstOffset: number; markerOffset: number }[] = [];
  const visible: number[] = [];
  const open = new Map<number, Open>();
  let end = 0;
  const add = async (count: number, bytes: Promise<Buffer>) => {
    batches.push({ firstOffset: end, lastOffset: end + count - 1, bytes: await bytes });
    end += count;
  };
  for (let step = 0; step < 12 + below(20); step += 1) {
    const producerId = pick(PRODUCERS);
    const transaction = open.get(producerId);
    if (transaction !== undefined && chance(0.4)) {
      const isAborted = chance(0.6);
      if (isAborted) aborted.push({ producerId, firstOffset: transaction.firstOffset, markerOffset: end });
      else visible.push(...transaction.offsets);
      open.delete(producerId);
      await add(1, endMarker(isAborted ? 'abort' : 'commit', end, producerId));
      continue;
    }
    const count = 1 + below(4);
    const offsets = Array.from({ length: count }, (_, index) => end + index);
    const isTransactional = transaction !== undefined || chance(0.7);
    if (isTransactional) {
      const begun = transaction ?? { firstOffset: end, offsets: [] };
      open.set(producerId, begun);
      begun.offsets.push(...offsets);
    } else visible.push(...offsets);
    // A record may be keyed like the marker of an abort.
    const key = chance(0.2) ? Buffer.alloc(4) : null;
    const records = offsets.map((offset, offsetDelta) => ({ offsetDelta, key, value: Buffer.from(`v${offset}`) }));
    const producer = isTransactional || chance(0.5) ? producerId : -1;
    await add(count, recordBatchBytes({ firstOffset: end, producerId: producer, isTransactional, records }));
  }
  const lastStableOffset = Math.min(end, ...[...open.values()].map(({ firstOffset }) => firstOffset));
  const isStable = (offset: number) => offset < lastStableOffset;
  return { batches, aborted, visible: visible.filter(isStable).sort((a, b) => a - b), lastStableOffset };
}

/** What a broker answers: whole batches from the one that holds the offset on, and the aborted transactions that overlap. */
function answer(log: Log, fromOffset: number, maxBatches: number, { pick }: Random): Buffer {
  const sent = log.batches
    .filter(({ firstOffset, lastOffset }) => lastOffset >= fromOffset && firstOffset < log.lastStableOffset)
    .slice(0, maxBatches);
  const upperBound = (sent.at(-1)?.lastOffset ?? fromOffset) + 1;
  const aborted = log.aborted.filter(
    ({ firstOffset, markerOffset }) => markerOffset >= fromOffset && firstOffset < upperBound,
  );
  const order = pick([1, -1]);
  // A broker lists them by the offset of their end, and may do so as it likes.
  const listed = [...aborted].sort((one, other) => order * (one.markerOffset - other.markerOffset));
  return fetchResponseBytes(11, [{ aborted: listed, records: Buffer.concat(sent.map(({ bytes }) => bytes)) }]);
}

/** The offsets that a fetch shows, and where the next one begins. */
function fetched(log: Log, fromOffset: number, maxBatches: number, choices: Random) {
  const response = fetchResponse(11, answer(log, fromOffset, maxBatches, choices));
  const messages = response.responses[0]?.partitions[0]?.messages ?? [];
  const offsets = messages.flatMap(({ batch }) =>
    batch === null ? [] : readRecords(batch, batch.records, { kafkaPartition: 0, fromOffset }).map((one) => one.offset),
  );
  return { offsets, next: Number(messages.at(-1)?.offset ?? fromOffset - 1) + 1 };
}

describe('what is read of transactions', () => {
  it('is every committed record once and no aborted one, however producers interleave and fetches are cut', async () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const choices = random(seed);
      const log = await writtenLog(choices);
      const seen: number[] = [];
      let next = 0;
      while (next < log.lastStableOffset) {
        const fetch = fetched(log, next, 1 + choices.below(5), choices);
        expect(fetch.next, `seed ${seed}`).toBeGreaterThan(next);
        seen.push(...fetch.offsets);
        next = fetch.next;
      }
      expect(seen, `seed ${seed}`).toEqual(log.visible);
    }
  });

  it('is the same from any offset on, in the middle of a batch or of a transaction too', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const choices = random(seed);
      const log = await writtenLog(choices);
      for (let from = 0; from < log.lastStableOffset; from += 1) {
        const { offsets, next } = fetched(log, from, 1 + choices.below(5), choices);
        const expected = log.visible.filter((offset) => offset >= from && offset < next);
        expect(offsets, `seed ${seed}, from ${from}`).toEqual(expected);
      }
    }
  });

  it('is nothing of two interleaved transactions that were both aborted, whichever the broker lists first', async () => {
    const record = (firstOffset: number, producerId: number) =>
      recordBatchBytes({
        ...{ firstOffset, producerId, isTransactional: true },
        records: [{ offsetDelta: 0, value: Buffer.from('x') }],
      });
    const batches = [record(0, 1), record(1, 2), record(2, 1), record(3, 2)];
    const records = Buffer.concat(await Promise.all([...batches, endMarker('abort', 4, 2), endMarker('abort', 5, 1)]));
    const [one, two] = [
      { producerId: 1, firstOffset: 0 },
      { producerId: 2, firstOffset: 1 },
    ];
    for (const aborted of [
      [one, two],
      [two, one],
    ]) {
      const response = fetchResponse(11, fetchResponseBytes(11, [{ aborted, records }]));
      const messages = response.responses[0]?.partitions[0]?.messages ?? [];
      expect(messages.map(({ offset, batch }) => [offset, batch])).toEqual(
        [0, 1, 2, 3, 4, 5].map((offset) => [String(offset), null]),
      );
    }
  });
});
