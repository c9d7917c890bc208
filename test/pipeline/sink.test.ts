import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/sink/handler.ts';
import { type Contract, contract, integer, string, timestamp } from '../../lib/contracts/contract.ts';
import { catalogTables, DEAD_LETTERS, lakeTable } from '../../lib/derive/names.ts';
import { withReleasedIds } from '../../lib/derive/released.ts';
import type { LostObject } from '../../lib/pipeline/lost-objects.ts';
import type { RowEncoder } from '../../lib/pipeline/ports.ts';
import { readFacts } from '../../lib/pipeline/read-facts.ts';
import { RecreatedTopicError } from '../../lib/pipeline/recreated-topic.ts';
import { peopleProfiles } from '../fixtures/lake/streams/people.ts';
import { shopPurchases, shopTransactions } from '../fixtures/lake/streams/shop.ts';
import { type Crash, crashAtEveryEffect } from '../support/every-effect.ts';
import { type GivenRecord, laptopSink, mskEvent, ONE_O_CLOCK } from '../support/laptop-sink.ts';
import { parquetFieldIds } from '../support/parquet-columns.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR_MS = 3_600_000;
const purchases = lakeTable(shopPurchases);

const opened: Awaited<ReturnType<typeof laptopSink>>[] = [];
const openSink = async (...given: Parameters<typeof laptopSink>) => {
  const sink = await laptopSink(...given);
  opened.push(sink);
  return sink;
};
afterEach(async () => {
  for (const sink of opened.splice(0)) await sink.remove();
});

const purchase = (changes: object = {}) =>
  JSON.stringify({ created_at: '2026-01-31T12:59:00Z', country: 'Germany', currency: 'EUR', amount: 100, ...changes });

const values = (...given: readonly GivenRecord['value'][]): readonly GivenRecord[] => given.map((value) => ({ value }));

describe('what becomes of a batch', () => {
  it('a good event is a row, and broken JSON, a tombstone and a missing field are dead letters, each with its reason', async () => {
    const sink = await openSink();
    const batch = values('{"created_at":', null, purchase({ country: undefined }), purchase());
    const counts = await sink.newHandler()(mskEvent('shop.purchases', batch));
    expect(counts).toEqual({ records: 4, rows: 1, deadLetters: 3, objects: 2 });
    expect(await sink.rows(purchases, 'kafka_offset, country, amount, event_time, ingested_at')).toEqual([
      {
        kafka_offset: '3',
        country: 'Germany',
        amount: 100,
        event_time: '2026-01-31 12:59:00',
        ingested_at: '2026-01-31 13:00:00',
      },
    ]);
    expect(await sink.rows(DEAD_LETTERS, 'stream, kafka_offset, reason, path, payload')).toEqual([
      { stream: 'shop.purchases', kafka_offset: '0', reason: 'not_json', path: '', payload: '{"created_at":' },
      { stream: 'shop.purchases', kafka_offset: '1', reason: 'null_value', path: '', payload: null },
      {
        stream: 'shop.purchases',
        kafka_offset: '2',
        reason: 'missing',
        path: 'country',
        payload: purchase({ country: undefined }),
      },
    ]);
  });

  it('its objects carry the columns’ permanent numbers, in which bare DuckDB and another reader agree', async () => {
    const [released] = withReleasedIds(
      [shopPurchases as Contract],
      [{ name: 'shop.purchases', fieldIds: { 'amount integer': 70 } }],
    );
    const sink = await openSink({ contracts: released === undefined ? [] : [released] });
    await sink.newHandler()(mskEvent('shop.purchases', values(purchase(), '{}')));
    const objects = [...(await sink.store.list('shop_purchases/')), ...(await sink.store.list('dead_letters/'))];
    expect(objects).toHaveLength(2);
    for (const key of objects) {
      const file = join(sink.folder, 'lake', key);
      const rows = await sink.query(`select name, field_id from parquet_schema('${file}') where field_id is not null`);
      const ids = parquetFieldIds(await readFile(file));
      expect(Object.fromEntries(rows.map(({ name, field_id }) => [name, Number(field_id)]))).toEqual(ids);
      const numbered = key.startsWith('shop')
        ? { amount: 70, created_at: 71, country: 74, kafka_offset: 1_000_000_004, event_id: 1_000_000_000 }
        : { payload: 1_000_000_015, kafka_offset: 1_000_000_004 };
      expect(ids).toMatchObject(numbered);
    }
    expect(await sink.rows(purchases, 'amount, country')).toEqual([{ amount: 100, country: 'Germany' }]);
  });

  it('money is exact: price 64.1 and total 192.29999999999998 are stored as 64.10 and 192.30', async () => {
    const sink = await openSink();
    const transaction = {
      transactionId: 't1',
      productId: 'product1',
      productPrice: 64.1,
      productQuantity: 3,
      currency: 'USD',
      customerId: 'c1',
      transactionDate: '2026-01-31T12:00:00',
      totalAmount: 192.29999999999998,
    };
    await sink.newHandler()(mskEvent('shop.transactions', values(JSON.stringify(transaction))));
    expect(await sink.rows(lakeTable(shopTransactions), 'product_price, total_amount, event_id')).toEqual([
      { product_price: '64.10', total_amount: '192.30', event_id: null },
    ]);
  });

  it('a thousand profiles in one batch are a thousand rows in at most two objects, under both names of the table', async () => {
    const sink = await openSink();
    const profile = (index: number) =>
      JSON.stringify({ full_name: `P ${index}`, event_timestamp: '2026-01-31 12:00:00' });
    const batch = values(...Array.from({ length: 1000 }, (_, index) => profile(index)));
    const counts = await sink.newHandler()(mskEvent('people.profiles', batch));
    expect(counts.objects).toBeLessThanOrEqual(2);
    for (const table of catalogTables(peopleProfiles)) {
      expect(await sink.rows(table, 'count(*) over () as n')).toHaveLength(1000);
    }
  });

  it('a record without a timestamp belongs to the first hour of 1970', async () => {
    const sink = await openSink();
    const old = purchase({ created_at: '1970-01-01T05:00:00Z' });
    await sink.newHandler()(mskEvent('shop.purchases', [{ value: old, timestampMs: -1 }]));
    expect(await sink.catalog.partitions(purchases)).toMatchObject([{ dt: '1970-01-01', hour: 0 }]);
    expect(await sink.rows(purchases, 'ingested_at')).toEqual([{ ingested_at: '1970-01-01 00:00:00' }]);
  });

  it('records with Kafka timestamps in seconds, or without any, are rows, and what to do is said once', async () => {
    const sink = await openSink();
    const notes: string[] = [];
    const take = sink.newHandler({ note: (line) => notes.push(line) });
    const seconds = { value: purchase({}), timestampMs: ONE_O_CLOCK / 1000 };
    await take(mskEvent('shop.purchases', [seconds, seconds]));
    await take(mskEvent('shop.purchases', [{ ...seconds, offset: 2 }]));
    await take(mskEvent('shop.feedback', [{ value: 'x', timestampMs: -1 }], 4));
    expect(await sink.rows(purchases, 'ingested_at, event_time')).toEqual(
      Array(3).fill({ ingested_at: '1970-01-21 11:37:44.4', event_time: '2026-01-31 12:59:00' }),
    );
    const advice =
      'such rows are in hours of 1970. Have the producers set it in milliseconds, or set the topic’s ' +
      'message.timestamp.type to LogAppendTime: then the broker does';
    expect(notes).toEqual([
      `topic shop.purchases, kafka partition 0, offset 0: expected a Kafka timestamp in milliseconds, found 1769864400, which would be seconds; ${advice}`,
      `topic shop.feedback, kafka partition 4, offset 0: the record has no Kafka timestamp; ${advice}`,
    ]);
  });

  it('all records of a topic without contract are dead letters', async () => {
    const sink = await openSink();
    await sink.newHandler()(mskEvent('unheard.Of', values('{}', 'x')));
    expect(await sink.rows(DEAD_LETTERS, 'stream, reason, contract_version')).toEqual([
      { stream: 'unheard.Of', reason: 'no_contract', contract_version: null },
      { stream: 'unheard.Of', reason: 'no_contract', contract_version: null },
    ]);
  });

  it('a dead letter is written although its path is cut in the middle of a character', async () => {
    const sink = await openSink();
    const search = (advertiser: string) =>
      `{"user_id":"u","hotel_id":"h","search_timestamp":1769860800,"hotel_advertisers":{"${advertiser}":1}}`;
    const advertisers = ['', 'x'].map((shift) => `${shift}${'😀'.repeat(150)}`);
    const counts = await sink.newHandler()(mskEvent('search.raw', values(...advertisers.map(search))));
    expect(counts).toMatchObject({ rows: 0, deadLetters: 2 });
    const letters = await sink.rows(DEAD_LETTERS, 'reason, path');
    for (const { reason, path } of letters) {
      expect(reason).toBe('wrong_type');
      expect(path).toMatch(/^hotel_advertisers\.x?(😀)+�?$/u);
    }
    expect(letters).toHaveLength(2);
  });

  it('keys, headers and payloads of dead letters are kept byte for byte, in base64 where they are no text', async () => {
    const sink = await openSink();
    const headers = [{ trace: [...Buffer.from('abc')] }, { trace: [0xff, 0] }];
    await sink.newHandler()(mskEvent('shop.purchases', [{ value: Buffer.from([0xff, 0xfe]), key: 'clé', headers }]));
    expect(await sink.rows(DEAD_LETTERS, 'key, payload, headers, reason')).toEqual([
      {
        key: 'clé',
        payload: 'base64://4=',
        headers: '[{"name":"trace","value":"abc"},{"name":"trace","value":"base64:/wA="}]',
        reason: 'not_utf8',
      },
    ]);
  });

  it('bytes that were not put into base64 become the same rows and dead letters', async () => {
    const bytes = Buffer.from([0xff, 0xfe]);
    const text = Buffer.from(`before ${purchase({ country: 'España' })} behind`);
    const given = values(
      ...[purchase(), text.subarray(7, -7), bytes, null, '', purchase({ more: 'Größe' })],
      ...[purchase({ amount: 'none' })],
    ).map((one) => ({ ...one, key: 'clé' }));
    const inBase64 = mskEvent('shop.purchases', given);
    const delivered = Object.values(inBase64.records).flat();
    const inBytes = delivered.map((one, index) => {
      const { value } = given[index] ?? {};
      return { ...one, key: Buffer.from('clé'), value: typeof value === 'string' ? Buffer.from(value) : value };
    });
    const found = [];
    for (const event of [inBase64, { records: { 'shop.purchases-0': inBytes } }]) {
      const sink = await openSink();
      await sink.newHandler()(event);
      found.push([await sink.rows(purchases), await sink.rows(DEAD_LETTERS)]);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[0]?.map((rows) => rows.length)).toEqual([3, 4]);
  });

  it('no clear card number reaches the lake, whether the record is good, bad or unreadable', async () => {
    const sink = await openSink();
    const card = '4111111111111111';
    const profile = { full_name: 'A B', credit_card_number: card, event_timestamp: '2026-01-31 12:00:00' };
    const batch = [
      { value: JSON.stringify(profile) },
      { value: JSON.stringify({ ...profile, event_timestamp: 'never' }) },
      { value: JSON.stringify({ ...profile, credit_card_number: Number(card) }) },
      { value: JSON.stringify({ ...profile, extra: { credit_card_number: card } }) },
      { value: `{"credit_card_number": "${card}"`, key: card, headers: [{ card: [...Buffer.from(card)] }] },
    ];
    await sink.newHandler()(mskEvent('people.profiles', batch));
    for (const file of await filesIn(sink.folder)) {
      expect((await readFile(file)).includes(card), file).toBe(false);
    }
    expect(await sink.rows(lakeTable(peopleProfiles), 'credit_card_number')).toEqual([
      { credit_card_number: '************1111' },
      { credit_card_number: '************1111' },
    ]);
  });

  it('one row that the encoder refuses becomes a dead letter, and the others are written', async () => {
    const sink = await openSink();
    const encoder: RowEncoder = {
      encode: (rows) =>
        Buffer.from(rows.lines).includes('"Atlantis"') && !Buffer.from(rows.lines).includes('"reason"')
          ? Promise.resolve({ refused: 'planted' })
          : sink.ports.encoder.encode(rows),
    };
    const countries = ['Italy', 'Atlantis', 'Spain', 'France', 'Atlantis', 'Poland'];
    const batch = values(...countries.map((country) => purchase({ country })));
    await sink.newHandler({ encoder })(mskEvent('shop.purchases', batch));
    const rows = await sink.rows(purchases, 'country');
    expect(rows.map(({ country }) => country)).toEqual(['Italy', 'Spain', 'France', 'Poland']);
    expect(await sink.rows(DEAD_LETTERS, 'kafka_offset, reason')).toEqual([
      { kafka_offset: '1', reason: 'unencodable' },
      { kafka_offset: '4', reason: 'unencodable' },
    ]);
  });

  it('a full disk is no verdict: the batch fails, nothing is written, and the next delivery takes it in', async () => {
    const sink = await openSink();
    const encoder: RowEncoder = { encode: () => Promise.reject(new Error('No space left on device')) };
    const event = mskEvent('shop.purchases', values(purchase()));
    await expect(sink.newHandler({ encoder })(event)).rejects.toThrow('No space left');
    expect(await sink.rows(DEAD_LETTERS)).toEqual([]);
    expect((await sink.newHandler()(event)).rows).toBe(1);
  });
});

describe('the objects', () => {
  it('are named by stream, incarnation, kafka partition and slot, and say in their footer what they hold', async () => {
    const sink = await openSink();
    const handler = sink.newHandler();
    await handler(mskEvent('shop.purchases', values(purchase(), 'x'), 1));
    await handler(mskEvent('shop.purchases', [{ value: purchase(), offset: 2 }], 1));
    const hour = 'shop_purchases/dt=2026-01-31/hour=13/g=0/';
    const keys = await sink.store.list('shop_purchases/');
    expect(keys).toEqual([
      `${hour}shop_purchases-i0-p00001-000000.parquet`,
      `${hour}shop_purchases-i0-p00001-000001.parquet`,
    ]);
    expect(await readFacts(sink.store, keys[0] ?? '')).toMatchObject({
      kind: 'rows',
      stream: 'shop.purchases',
      topic: 'shop.purchases',
      incarnation: 0,
      kafkaPartition: 1,
      slot: 0,
      contractVersion: 1,
      own: [[0, 1]],
      covered: [[0, 1]],
      newestTimestampMs: ONE_O_CLOCK,
      rejected: [{ reason: 'not_json', offsets: [[1, 1]] }],
    });
    expect(await readFacts(sink.store, keys[1] ?? '')).toMatchObject({ slot: 1, own: [[2, 2]], covered: [[0, 2]] });
  });

  it('say so even when their footer is longer than what is read of it at first', async () => {
    const sink = await openSink();
    const batch = Array.from({ length: 9_000 }, (_, index) => ({
      value: index % 2 ? purchase() : 'x',
      offset: 1_000_000 + index,
    }));
    await sink.newHandler()(mskEvent('shop.purchases', batch));
    const [key = ''] = await sink.store.list('shop_purchases/');
    const facts = await readFacts(sink.store, key);
    expect(JSON.stringify(facts).length).toBeGreaterThan(64 * 1024);
    expect(await sink.newHandler()(mskEvent('shop.purchases', batch))).toMatchObject({ rows: 0, deadLetters: 0 });
  });

  it('hold timestamps and decimals in the types that old readers know', async () => {
    const sink = await openSink();
    await sink.newHandler()(mskEvent('shop.transactions', values('x')));
    const schema = await sink.query(
      'select name, type, converted_type, scale, precision from ' +
        `parquet_schema('${sink.folder}/lake/shop_transactions/*/*/*/*.parquet')`,
    );
    const column = (name: string) => schema.find((found) => found.name === name);
    expect(column('transaction_date')).toMatchObject({ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' });
    expect(column('total_amount')).toMatchObject({
      type: 'INT64',
      converted_type: 'DECIMAL',
      scale: '2',
      precision: '12',
    });
    expect(column('kafka_offset')).toMatchObject({ type: 'INT64', converted_type: 'INT_64' });
  });
});

describe('exactly once', () => {
  const batch = values(purchase(), 'x', purchase({ amount: 7 }), null, purchase({ amount: 9 }));

  it('the effects of a batch come in their order: rows, dead letters, then the catalogue', async () => {
    const sink = await openSink();
    const effects: string[] = [];
    await sink.newHandler(recorded(sink, effects))(mskEvent('people.profiles', values('{}', profileText)));
    expect(effects).toEqual([
      'put chains/people_profiles/people_profiles-i0-p00000',
      'put people_profiles/dt=2026-01-31/hour=13/g=0/people_profiles-i0-p00000-000000.parquet',
      'put chains/dead_letters/people_profiles-i0-p00000',
      'put dead_letters/dt=2026-01-31/hour=13/g=0/people_profiles-i0-p00000-000000.parquet',
      'register lake.people_profiles people_profiles/dt=2026-01-31/hour=13/g=0/',
      'register random_profile.random_customers people_profiles/dt=2026-01-31/hour=13/g=0/',
      'register lake.dead_letters dead_letters/dt=2026-01-31/hour=13/g=0/',
    ]);
  });

  it('that an hour changes is noted before its first effect, once a day, where the hour was over a day ago', async () => {
    const sink = await openSink();
    const effects: string[] = [];
    const clock = testClock(ONE_O_CLOCK + 25 * 3_600_000);
    const handler = sink.newHandler({ ...recorded(sink, effects), clock });
    const at = (offset: number) =>
      mskEvent('shop.purchases', [{ value: purchase(), offset, timestampMs: ONE_O_CLOCK }]);
    await handler(at(0));
    await handler(at(1));
    expect(effects).toEqual([
      'put chains/shop_purchases/shop_purchases-i0-p00000',
      'put changed/2026-02-01/2026-01-31T13',
      'put shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-000000.parquet',
      'register lake.shop_purchases shop_purchases/dt=2026-01-31/hour=13/g=0/',
      'put shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-000001.parquet',
    ]);
    effects.length = 0;
    await sink.newHandler({ ...recorded(sink, effects), clock: testClock(ONE_O_CLOCK + 24 * 3_600_000) })(at(2));
    expect(effects.find((effect) => !effect.startsWith('put chains/'))).toMatch(/^put shop_purchases/);
  });

  it('the hours of a batch are looked up some at a time, and not all at once', async () => {
    const sink = await openSink();
    let open = 0;
    let most = 0;
    const store = {
      ...sink.store,
      listFolders: async (prefix: string) => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 2));
        open -= 1;
        return sink.store.listFolders(prefix);
      },
    };
    const hours = Array.from({ length: 30 }, (_, hour) => ({
      value: purchase(),
      offset: hour,
      timestampMs: ONE_O_CLOCK + hour * 3_600_000,
    }));
    expect(await sink.newHandler({ store })(mskEvent('shop.purchases', hours))).toMatchObject({
      rows: 30,
      objects: 30,
    });
    expect(most).toBe(8);
  });

  it('a warm batch in a known hour costs one PUT and nothing else', async () => {
    const sink = await openSink();
    const calls: string[] = [];
    const handler = sink.newHandler(recorded(sink, calls, { reads: true }));
    await handler(mskEvent('shop.purchases', values(purchase())));
    calls.length = 0;
    await handler(mskEvent('shop.purchases', [{ value: purchase(), offset: 1 }]));
    expect(calls).toEqual(['put shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-000001.parquet']);
  });

  it('what a sink knows of a chain is looked up again after a minute: its hour may have been compacted', async () => {
    const sink = await openSink();
    const clock = testClock(ONE_O_CLOCK);
    const calls: string[] = [];
    const handler = sink.newHandler({ ...recorded(sink, calls, { reads: true }), clock });
    const lookups = async (offset: number) => {
      calls.length = 0;
      await handler(mskEvent('shop.purchases', [{ value: purchase(), offset }]));
      return calls.filter((call) => !call.startsWith('put')).length;
    };
    await lookups(0);
    await clock.advance(59_999);
    expect(await lookups(1)).toBe(0);
    // That it wrote a slot meanwhile verifies nothing.
    await clock.advance(1);
    expect(await lookups(2)).toBeGreaterThan(0);
  });

  it('after a crash at any effect, before or behind it, a redelivery leaves every record once', async () => {
    const crashes = await crashAtEveryEffect(async (crash, at) => {
      const sink = await openSink();
      const event = mskEvent('shop.purchases', batch);
      await sink
        .newHandler(crashing(sink, crash))(event)
        .catch(() => undefined);
      await sink.newHandler()(event);
      expect(await positions(sink), `crash at ${at}`).toEqual(['0 row', '1 letter', '2 row', '3 letter', '4 row']);
    });
    expect(crashes).toBe(
      2 * ['chain', 'rows', 'its dead letters’ chain', 'dead letters', 'one table', 'the other'].length,
    );
  });

  it('batches that overlap in other cuts add nothing twice', async () => {
    const sink = await openSink();
    const cut = (from: number, to: number) =>
      mskEvent(
        'shop.purchases',
        batch.slice(from, to).map((record, index) => ({ ...record, offset: from + index })),
      );
    for (const [from, to] of [
      [0, 2],
      [1, 4],
      [0, 5],
      [3, 5],
    ] as const)
      await sink.newHandler()(cut(from, to));
    expect(await positions(sink)).toEqual(['0 row', '1 letter', '2 row', '3 letter', '4 row']);
  });

  it('sinks that run at once share the records between them', async () => {
    const sink = await openSink();
    const event = mskEvent('shop.purchases', batch);
    await Promise.all(Array.from({ length: 5 }, () => sink.newHandler()(event)));
    expect(await positions(sink)).toEqual(['0 row', '1 letter', '2 row', '3 letter', '4 row']);
  });

  it('a verdict stands when the contract has changed before the redelivery', async () => {
    const fields = { at: timestamp('When.'), n: integer('Number.') };
    const declared = {
      name: 'a.stream',
      description: 'A.',
      owner: 't',
      key: null,
      eventTime: 'at',
      identity: 'position',
    } as const;
    const strict = contract({ ...declared, version: 1, fields });
    const lax = contract({ ...declared, version: 2, fields: { ...fields, n: string('Text.') } });
    const sink = await openSink({ contracts: [strict] });
    const event = mskEvent(
      'a.stream',
      values('{"at":"2026-01-31 12:00:00","n":1}', '{"at":"2026-01-31 12:00:00","n":"1"}'),
    );
    await sink
      .newHandler({ store: { ...sink.store, putIfAbsent: failingOn('dead_letters/', sink.store.putIfAbsent) } })(event)
      .catch(() => undefined);
    await sink.newHandler({}, [lax])(event);
    expect(await sink.rows(lakeTable(strict), 'kafka_offset, contract_version')).toEqual([
      { kafka_offset: '0', contract_version: 1 },
    ]);
    expect(await sink.rows(DEAD_LETTERS, 'kafka_offset, reason, path, contract_version')).toEqual([
      { kafka_offset: '1', reason: 'wrong_type', path: 'n', contract_version: 1 },
    ]);
  });
});

describe('a topic that was deleted and created again', () => {
  it.each([
    ['in the same hour', 60_000],
    ['in a later hour', 3 * HOUR_MS],
    ['in an earlier hour of the next day', 12 * HOUR_MS],
  ])('stops the sink %s until its incarnation is raised', async (_, laterMs) => {
    const sink = await openSink();
    await sink.newHandler()(mskEvent('shop.purchases', values(purchase(), purchase())));
    const again = mskEvent('shop.purchases', [{ value: purchase(), timestampMs: ONE_O_CLOCK + laterMs }]);
    const stopped = sink.newHandler()(again);
    await expect(stopped).rejects.toThrow(RecreatedTopicError);
    await expect(stopped).rejects.toThrow('WEIR_INCARNATIONS=shop.purchases=1');
    expect(await sink.rows(purchases)).toHaveLength(2);
    await sink.newHandler({}, undefined, 1)(again);
    expect(await sink.rows(purchases, 'incarnation, kafka_offset')).toEqual([
      { incarnation: 0, kafka_offset: '0' },
      { incarnation: 0, kafka_offset: '1' },
      { incarnation: 1, kafka_offset: '0' },
    ]);
  });

  it('stops the sink although another kafka partition has filled the two days between', async () => {
    const sink = await openSink();
    await sink.newHandler()(mskEvent('shop.purchases', values(purchase(), purchase())));
    const hourly = Array.from({ length: 47 }, (_, index) => ({
      value: purchase(),
      timestampMs: ONE_O_CLOCK + (index + 1) * HOUR_MS,
    }));
    await sink.newHandler()(mskEvent('shop.purchases', hourly, 1));
    const again = mskEvent('shop.purchases', [{ value: purchase(), timestampMs: ONE_O_CLOCK + 48 * HOUR_MS }]);
    await expect(sink.newHandler()(again)).rejects.toThrow(RecreatedTopicError);
  });

  it('is found out before any hour of the batch is written', async () => {
    const sink = await openSink();
    await sink.newHandler()(mskEvent('shop.purchases', values(purchase(), purchase())));
    const again = [
      { value: purchase(), offset: 0, timestampMs: ONE_O_CLOCK - HOUR_MS },
      { value: purchase(), offset: 1, timestampMs: ONE_O_CLOCK + 1 },
    ];
    const before = await sink.store.list('');
    const stopped = sink.newHandler()(mskEvent('shop.purchases', again));
    await expect(stopped).rejects.toThrow(RecreatedTopicError);
    await expect(stopped).rejects.toThrow('Nothing of this batch was written');
    expect(await sink.store.list('')).toEqual(before);
  });

  it('is not suspected when records of an hour come again after the next hour has begun', async () => {
    const sink = await openSink();
    const first = mskEvent('shop.purchases', values(purchase(), purchase()));
    const next = mskEvent('shop.purchases', [{ value: purchase(), offset: 2, timestampMs: ONE_O_CLOCK + HOUR_MS }]);
    for (const event of [first, next, first, next]) await sink.newHandler()(event);
    expect(await sink.rows(purchases)).toHaveLength(3);
  });
});

/** A call that fails for keys of one beginning, before anything happens. */
const failingOn =
  <A extends readonly [string, ...unknown[]], R>(prefix: string, call: (...args: A) => Promise<R>) =>
  (...args: A): Promise<R> =>
    args[0].startsWith(prefix) ? Promise.reject(new Error('killed')) : call(...args);

describe('a broker’s clock that steps back by more than a minute, across an hour', () => {
  const MINUTE_MS = 60_000;
  /** Minutes after 14:00 of offsets 0, 1, 2, …: the clock was set forward, back, and forward again. */
  const topic = (minutes: readonly number[]): readonly GivenRecord[] =>
    minutes.map((minute, offset) => ({
      value: purchase(),
      offset,
      timestampMs: ONE_O_CLOCK + HOUR_MS + minute * MINUTE_MS,
    }));
  const all = (records: readonly GivenRecord[]) => records.map(({ offset }) => `${offset} row`);

  it.each([
    ['once', [1, 1, -3, -3]],
    ['between records of the hour before', [-3, 1, 1, -3]],
  ])('leaves every record once, after a crash at any effect, in any cut: %s', async (_, minutes) => {
    const records = topic(minutes);
    await crashAtEveryEffect(async (crash, at) => {
      const sink = await openSink();
      await sink
        .newHandler(crashing(sink, crash))(mskEvent('shop.purchases', records))
        .catch(() => undefined);
      const cut = at % 2 === 0 ? 2 : records.length;
      const again = sink.newHandler();
      for (let from = 0; from < records.length; from += cut) {
        await again(mskEvent('shop.purchases', records.slice(from, from + cut)));
      }
      expect(await positions(sink), `crash at ${at}, ${cut} records a batch`).toEqual(all(records));
    });
  });

  it('stops no process that looked before another one wrote', async () => {
    const records = topic([1, -3]);
    const sink = await openSink();
    let isDown = true;
    const putIfAbsent: typeof sink.store.putIfAbsent = (...put) =>
      isDown ? Promise.reject(new Error('away')) : sink.store.putIfAbsent(...put);
    const slow = sink.newHandler({ store: { ...sink.store, putIfAbsent } });
    await expect(slow(mskEvent('shop.purchases', records))).rejects.toThrow('away');
    await sink.newHandler()(mskEvent('shop.purchases', records));
    isDown = false;
    await slow(mskEvent('shop.purchases', records));
    expect(await positions(sink)).toEqual(all(records));
  });
});

const profileText = JSON.stringify({ full_name: 'A', event_timestamp: '2026-01-31 12:00:00' });

type Sink = Awaited<ReturnType<typeof laptopSink>>;

async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function positions(sink: Sink): Promise<readonly string[]> {
  const rows = (await sink.rows(purchases, 'kafka_offset')).map(({ kafka_offset }) => `${kafka_offset} row`);
  const letters = (await sink.rows(DEAD_LETTERS, 'kafka_offset')).map(({ kafka_offset }) => `${kafka_offset} letter`);
  return [...rows, ...letters].sort();
}

function recorded({ store, catalog }: Sink, calls: string[], { reads = false } = {}) {
  const read =
    <A extends readonly unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => {
      if (reads) calls.push(`${name} ${args[0]}`);
      return call(...args);
    };
  return {
    store: {
      putIfAbsent: (...args: Parameters<typeof store.putIfAbsent>) => {
        calls.push(`put ${args[0]}`);
        return store.putIfAbsent(...args);
      },
      readTail: read('read', store.readTail),
      list: read('list', store.list),
      listFolders: read('folders', store.listFolders),
    },
    catalog: {
      ...catalog,
      register: (...args: Parameters<typeof catalog.register>) => {
        calls.push(`register ${args[0].database}.${args[0].table} ${args[1].location}`);
        return catalog.register(...args);
      },
    },
  };
}

/** Ports that die at one of their effects. */
function crashing({ store, catalog }: Sink, { dying }: Crash) {
  return {
    store: {
      ...store,
      putIfAbsent: (...args: Parameters<typeof store.putIfAbsent>) => dying(() => store.putIfAbsent(...args)),
    },
    catalog: {
      ...catalog,
      register: (...args: Parameters<typeof catalog.register>) => dying(() => catalog.register(...args)),
    },
  };
}

describe('what a producer or an operator may do', () => {
  it('a timestamp beyond what JavaScript counts is none: its record belongs to the first hour of 1970', async () => {
    const sink = await openSink();
    const old = purchase({ created_at: '1970-01-01T05:00:00Z' });
    const timestampMs = Number('9223372036854775807');
    const batch = [
      { value: old, timestampMs },
      { value: 'x', timestampMs: -timestampMs },
    ];
    expect(await sink.newHandler()(mskEvent('shop.purchases', batch))).toMatchObject({ rows: 1, deadLetters: 1 });
    expect(await sink.catalog.partitions(purchases)).toMatchObject([{ dt: '1970-01-01', hour: 0 }]);
  });

  it('a header without a value, or a record without headers, is taken as it is', async () => {
    const sink = await openSink();
    const event = mskEvent('shop.purchases', [{ value: 'x', headers: [{ empty: null as never }] }, { value: 'y' }]);
    for (const records of Object.values(event.records)) Object.assign(records[1] ?? {}, { headers: undefined });
    await sink.newHandler()(event);
    expect(await sink.rows(DEAD_LETTERS, 'headers')).toEqual([
      { headers: '[{"name":"empty","value":""}]' },
      { headers: '[]' },
    ]);
  });

  it('a stream that is put on another topic stops until its incarnation is raised', async () => {
    const sink = await openSink();
    await sink.newHandler()(mskEvent('shop.purchases', values(purchase(), purchase())));
    const moved = createHandler({
      ...sink.ports,
      streamOf: (topic) => ({ topic, contract: shopPurchases, incarnation: 0 }),
    });
    const stopped = moved(mskEvent('orders', values(purchase())));
    await expect(stopped).rejects.toThrow(
      'expected the topic shop.purchases, whose records the lake has, found orders',
    );
    expect(await sink.rows(purchases)).toHaveLength(2);
  });

  it('several kafka partitions at once do not mix their values', async () => {
    const sink = await openSink();
    const handler = sink.newHandler();
    for (let round = 0; round < 3; round++) {
      const parts = [0, 1, 2, 3].map((kafkaPartition) => {
        const batch = Array.from({ length: 300 }, (_, index) => ({
          offset: round * 300 + index,
          value: purchase({ amount: kafkaPartition + 1 }),
        }));
        return mskEvent('shop.purchases', batch, kafkaPartition);
      });
      const records = Object.assign({}, ...parts.map((part) => part.records));
      await handler({ ...mskEvent('shop.purchases', []), records });
    }
    const wrong = await sink.rows(purchases, 'count(*) filter (amount <> kafka_partition + 1) over () as n');
    expect(wrong).toHaveLength(3600);
    expect(wrong[0]).toEqual({ n: '0' });
  });

  it('files of the encoder that vanish cost one delivery, not all that follow', async () => {
    const sink = await openSink();
    const handler = sink.newHandler();
    await handler(mskEvent('shop.purchases', values(purchase())));
    await rm(join(sink.folder, 'tmp'), { recursive: true });
    const next = mskEvent('shop.purchases', [{ value: purchase(), offset: 1 }]);
    await expect(handler(next)).rejects.toThrow('making a Parquet object');
    expect(await handler(next)).toMatchObject({ rows: 1 });
  });
});

describe('an object of the lake that somebody deleted, cut or overwrote', () => {
  const slot = (number: number) =>
    `shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00000-00000${number}.parquet`;
  const event = (from: number, count: number, kafkaPartition = 0) =>
    mskEvent(
      'shop.purchases',
      Array.from({ length: count }, (_, index) => ({ value: index % 2 ? 'x' : purchase(), offset: from + index })),
      kafkaPartition,
    );
  const damages: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ['deleted', (path) => rm(path)],
    ['cut to nothing', (path) => truncate(path, 0)],
    ['cut in its footer', async (path) => truncate(path, (await stat(path)).size - 9)],
    ['overwritten at its end', async (path) => writeFile(path, Buffer.alloc((await stat(path)).size, 'PAR1'))],
  ];

  it.each(damages)(
    'is named with its offsets when its verdicts are needed, and holds up nothing: %s',
    async (_, damage) => {
      const sink = await openSink();
      for (const from of [0, 4, 8]) await sink.newHandler()(event(from, 4));
      await damage(join(sink.folder, 'lake', slot(1)));
      const lost: LostObject[] = [];
      const handler = sink.newHandler({ onLostObject: (found) => lost.push(found) });
      expect(await handler(event(2, 12))).toMatchObject({ rows: 1, deadLetters: 1 });
      expect(lost).toMatchObject([{ key: slot(1), kafkaPartition: 0, offsets: [[4, 7]] }]);
      expect(lost[0]?.message).toContain(
        `${slot(1)}: the object is gone or damaged; it had kafka partition 0, offsets 4 to 7`,
      );
    },
  );

  it.each(damages.slice(1))(
    'that is the newest of its chain stops its kafka partition, and says what to do: %s',
    async (_, damage) => {
      const sink = await openSink();
      await sink.newHandler()(event(0, 4));
      await sink.newHandler()(event(4, 4));
      const path = join(sink.folder, 'lake', slot(1));
      await damage(path);
      const both = { ...event(0, 10), records: { ...event(4, 6).records, ...event(0, 2, 1).records } };
      const stopped = sink.newHandler()(both);
      await expect(stopped).rejects.toThrow(slot(1));
      await expect(stopped).rejects.toThrow('kafka partition 0 in its hour, with the offsets of this hour after 3');
      await expect(stopped).rejects.toThrow(
        'move it away, and those of them that are delivered again are taken in again',
      );
      expect(await sink.store.list(slot(0).replace('p00000-000000.parquet', 'p00001'))).toHaveLength(1);
      await rm(path);
      await sink.newHandler()(both);
      expect((await sink.rows(purchases, 'kafka_partition, kafka_offset')).length).toBe(2 + 3 + 1);
    },
  );
});
