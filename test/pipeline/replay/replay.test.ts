import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTable } from '../../../lib/derive/names.ts';
import { amender } from '../../../lib/pipeline/replay/amender.ts';
import type { Fix } from '../../../lib/pipeline/replay/fix.ts';
import type { Letter, LetterBatch } from '../../../lib/pipeline/replay/letter.ts';
import { replayer } from '../../../lib/pipeline/replay/replay.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { laptopCompactor } from '../../support/compactor.ts';
import { ONE_O_CLOCK } from '../../support/laptop-sink.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);

let lake: Awaited<ReturnType<typeof laptopCompactor>>;
beforeEach(async () => {
  lake = await laptopCompactor();
});
afterEach(() => lake.sink.remove());

const payload = (amount: unknown, country = 'Italy') =>
  JSON.stringify({ created_at: '2025-01-31T12:59:00Z', country, currency: 'EUR', amount });
const letter = (kafkaOffset: number, text: string | null, more: Partial<Letter> = {}): Letter => ({
  kafkaOffset,
  ingestedAtMs: ONE_O_CLOCK,
  key: null,
  payload: text,
  reason: 'rule',
  path: 'amount',
  detail: 'positive',
  ...more,
});
const batch = (letters: readonly Letter[], more: Partial<LetterBatch> = {}): LetterBatch => ({
  stream: 'shop.purchases',
  topic: 'shop.purchases',
  incarnation: 0,
  kafkaPartition: 0,
  hour,
  letters,
  ...more,
});
const deps = () => ({
  contracts: [shopPurchases],
  catalog: lake.sink.catalog,
  refusals: async () => new Map<number, string>(),
});
const amend = () => amender({ ...lake.ports, catalog: lake.sink.catalog });
const replay = (given: LetterBatch, fix?: Fix) => replayer({ ...deps(), amend: amend(), ...(fix && { fix }) })(given);
const amounts = async () =>
  (await lake.sink.rows(purchases)).map(({ kafka_offset, amount }) => [Number(kafka_offset), amount]);
const reasons = ({ left }: Awaited<ReturnType<typeof replay>>) => left.map((one) => [one.letter.kafkaOffset, one.why]);

describe('a replay', () => {
  it('makes rows of what the contract accepts now; each other letter stays, with why', async () => {
    await lake.take(0, 12);
    const fix: Fix = (event, { kafkaOffset }) =>
      kafkaOffset === 11 ? null : { ...event, amount: -Number(event?.amount) };
    const replayed = await replay(
      batch([letter(3, payload(-30)), letter(7, payload(70)), letter(11, payload(1))]),
      fix,
    );
    expect(replayed.made.map(({ letter: { kafkaOffset } }) => kafkaOffset)).toEqual([3]);
    expect(reasons(replayed)).toEqual([
      [7, expect.stringMatching(/^the contract refuses it: rule at amount: positive/)],
      [11, 'the fix returned nothing'],
    ]);
    expect(await amounts()).toContainEqual([3, 30]);
    expect((await amounts()).map(([offset]) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10]);
  });

  it('of an event that belongs elsewhere then makes no row, and says what to do', async () => {
    await lake.take(0, 4);
    const replayed = await replay(batch([letter(3, payload(-30))]), (event) => ({
      ...event,
      amount: 1,
      country: 'Spain',
    }));
    expect(reasons(replayed)).toEqual([
      [3, 'the fix changes the key (country), which makes it another event: send that with weir produce'],
    ]);
    expect(await amounts()).toHaveLength(3);
  });

  it('without a fix judges the payloads as they are, by today’s contract', async () => {
    await lake.take(0, 8);
    const replayed = await replay(batch([letter(3, payload(3)), letter(7, null, { reason: 'null_value' })]));
    expect(replayed.made).toHaveLength(1);
    expect(reasons(replayed)).toEqual([
      [7, 'the contract refuses it: null_value: expected a JSON object, found a tombstone'],
    ]);
  });

  it('of a letter whose record is a row, or was never taken in, makes no row', async () => {
    await lake.take(0, 4);
    const replayed = await replay(batch([letter(1, payload(9)), letter(99, payload(9))]));
    const why = 'the stream’s table does not have it as a rejected record';
    expect(reasons(replayed)).toEqual([
      [1, why],
      [99, why],
    ]);
    expect(await amounts()).toHaveLength(3);
  });

  it('by two at once, with different fixes, makes each letter one row, and each says which it made', async () => {
    await lake.take(0, 8);
    const letters = batch([letter(3, payload(-1)), letter(7, payload(-1))]);
    const [one, other] = await Promise.all([
      replay(letters, (event) => ({ ...event, amount: 100 })),
      replay(letters, (event) => ({ ...event, amount: 200 })),
    ]);
    expect(one.made.length + other.made.length).toBe(2);
    expect(one.byOthers + other.byOthers).toBe(2);
    const found = (await amounts()).filter(([offset]) => offset === 3 || offset === 7).map(([, amount]) => amount);
    expect(found).toEqual(one.made.length === 2 ? [100, 100] : [200, 200]);
  });

  it('of an hour that is not in the catalogue writes nothing', async () => {
    const replayed = await replay(batch([letter(3, payload(3))]));
    expect(reasons(replayed)).toEqual([
      [3, expect.stringMatching(/^its hour is not in the catalogue: it has expired/)],
    ]);
    expect(await lake.sink.store.list('')).toEqual([]);
  });

  it('of a stream that is refined, of a topic without contract, or of records from before it had one, makes no row', async () => {
    await lake.take(0, 4);
    const before = await lake.sink.store.list('');
    const refined = { ...shopPurchases, refinedFrom: 'shop.feedback' };
    const ofRefined = await replayer({ ...deps(), contracts: [refined], amend: amend() })(
      batch([letter(3, payload(3))]),
    );
    expect(reasons(ofRefined)).toEqual([[3, expect.stringContaining('replay the dead letters of that stream')]]);
    const unknown = await replay(batch([letter(3, payload(3))], { stream: 'nobodys' }));
    expect(reasons(unknown)).toEqual([[3, expect.stringContaining('no contract is called nobodys')]]);
    const early = await replay(batch([letter(3, payload(3), { reason: 'no_contract' })]));
    expect(reasons(early)).toEqual([[3, expect.stringContaining('before its topic had a contract')]]);
    expect(await lake.sink.store.list('')).toEqual(before);
  });

  it('that is only tried says what would be rows, and writes nothing', async () => {
    await lake.take(0, 8);
    const before = await lake.sink.store.list('');
    const tried = await replayer(deps())(batch([letter(3, payload(3)), letter(7, 'x')]));
    expect(tried.made.map(({ payload: bytes }) => Buffer.from(bytes).toString())).toEqual([payload(3)]);
    expect(tried.left).toHaveLength(1);
    expect(await lake.sink.store.list('')).toEqual(before);
  });
});
