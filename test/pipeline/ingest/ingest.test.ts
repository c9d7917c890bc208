import { describe, expect, it } from 'vitest';
import { MAX_EVENT_BYTES } from '../../../lib/derive/topic.ts';
import { eventTexts } from '../../../lib/pipeline/ingest/event-texts.ts';
import { ingester } from '../../../lib/pipeline/ingest/ingest.ts';
import { kafkaPartitionOf } from '../../../lib/pipeline/kafka-partition.ts';
import { RecordTooLargeError, UnknownTopicError } from '../../../lib/pipeline/ports.ts';
import { contracts } from '../../support/fixture-project.ts';
import { type Append, recordedAppends } from '../../support/recorded-appends.ts';
import { testClock } from '../../support/test-clock.ts';

const purchase = (country: string, amount: unknown = 10) =>
  JSON.stringify({ created_at: '2026-01-31T12:00:00Z', country, currency: 'EUR', amount });

interface Given {
  readonly stream?: string;
  readonly kafkaPartitions?: number;
  readonly onAppend?: (append: Append) => Promise<void> | void;
  readonly maxWaitingBytes?: number;
}

function taking({ stream = 'shop.purchases', kafkaPartitions = 2, onAppend, maxWaitingBytes }: Given = {}) {
  const contract = contracts.find(({ name }) => name === stream);
  if (contract === undefined) throw new Error(`no contract ${stream}`);
  const clock = testClock();
  const recorded = recordedAppends(kafkaPartitions, onAppend);
  const target = ingester({
    contract,
    topic: 'topic',
    log: recorded.log,
    clock,
    ...(maxWaitingBytes !== undefined && { maxWaitingBytes }),
  });
  const send = (events: readonly string[], { allOrNothing = false, areElements = false } = {}) =>
    target.ingest({ texts: events.map((event) => Buffer.from(event)), areElements }, { allOrNothing });
  const outcomes = async (...args: Parameters<typeof send>) => {
    const found = await send(...args);
    if (found === 'busy') throw new Error('expected outcomes, found busy');
    return found.outcomes;
  };
  return { ...recorded, clock, send, outcomes };
}

describe('ingest', () => {
  it('appends events as they were written, where their key puts them, and says where each is', async () => {
    const { outcomes, values } = taking();
    const events = ['Italy', 'Spain', 'Italy'].map((country) => `{"x":1.10, ${purchase(country).slice(1)}`);
    const placed = await outcomes(events);
    const partitionOf = (country: string) => kafkaPartitionOf(Buffer.from(country), 2);
    expect(placed.map((one) => one.status === 'accepted' && one.kafkaPartition)).toEqual(
      ['Italy', 'Spain', 'Italy'].map(partitionOf),
    );
    for (const [index, one] of placed.entries()) {
      if (one.status !== 'accepted') throw new Error(one.status);
      expect(values(one.kafkaPartition)[one.offset]).toBe(events[index]);
    }
  });

  it('takes the good events of a mixed batch, and names the others by reason and path', async () => {
    const { outcomes, values } = taking();
    expect(await outcomes([purchase('Italy'), purchase('Italy', 'ten'), '{"half', purchase('Italy', 20)])).toEqual([
      expect.objectContaining({ status: 'accepted', offset: 0 }),
      expect.objectContaining({ status: 'refused', reason: 'wrong_type', path: 'amount', isTooLarge: false }),
      expect.objectContaining({ status: 'refused', reason: 'not_json', path: '' }),
      expect.objectContaining({ status: 'accepted', offset: 1 }),
    ]);
    expect(values()).toEqual([purchase('Italy'), purchase('Italy', 20)]);
  });

  it('takes nothing of a mixed batch, asked for all or nothing', async () => {
    const { outcomes, appends } = taking();
    const found = await outcomes([purchase('Italy'), purchase('Italy', 0)], { allOrNothing: true });
    expect(found).toEqual([{ status: 'not_taken' }, expect.objectContaining({ status: 'refused', reason: 'rule' })]);
    expect(appends).toEqual([]);
    await outcomes([purchase('Italy')], { allOrNothing: true });
    expect(appends).toHaveLength(1);
  });

  it('takes nothing of an array with an element that is not JSON: then the array is not', async () => {
    const { outcomes, appends } = taking();
    const found = await outcomes([purchase('Italy'), '{"amount":tru}'], { areElements: true });
    expect(found).toEqual([{ status: 'not_taken' }, expect.objectContaining({ reason: 'not_json' })]);
    expect(appends).toEqual([]);
  });

  it('finds the bad one of ten thousand', async () => {
    const { outcomes } = taking();
    const events = Array.from({ length: 10_000 }, (_, index) => purchase('Italy', index === 4711 ? -1 : 1 + index));
    const found = await outcomes(events);
    expect(found.flatMap(({ status }, index) => (status === 'accepted' ? [] : [index]))).toEqual([4711]);
  });

  it('names an event by its identity, where the contract has a field for it', async () => {
    const { outcomes } = taking({ stream: 'shop.feedback', kafkaPartitions: 1 });
    const feedback = {
      feedbackId: 'f1',
      customerId: 'c',
      productId: 'p',
      rating: 5,
      feedbackDate: '2026-01-31T12:00:00Z',
    };
    expect(await outcomes([JSON.stringify(feedback)])).toMatchObject([{ identity: 'f1' }]);
    expect(await taking().outcomes([purchase('Italy')])).toMatchObject([{ identity: null }]);
  });

  it('masks before it appends', async () => {
    const { outcomes, values } = taking({ stream: 'people.profiles', kafkaPartitions: 1 });
    const found = await outcomes([
      '{"event_timestamp":"2026-01-31T12:00:00Z","credit_card_number":"4111222233334444"}',
      '{"event_timestamp":"4111222233334444","credit_card_number":4111222233334444}',
    ]);
    expect(values()).toEqual(['{"event_timestamp":"2026-01-31T12:00:00Z","credit_card_number":"************4444"}']);
    expect(JSON.stringify(found)).not.toContain('41112222');
  });

  it('spreads events without a key', async () => {
    const { outcomes } = taking({ stream: 'people.profiles', kafkaPartitions: 3 });
    const event = '{"event_timestamp":"2026-01-31T12:00:00Z"}';
    await outcomes([event]);
    expect(await outcomes([event, event, event])).toMatchObject(
      [1, 2, 0].map((kafkaPartition) => ({ kafkaPartition })),
    );
  });

  it('refuses an event that is too large, for any topic of Weir or for this one, and takes its neighbours', async () => {
    const { outcomes } = taking({
      onAppend: ({ records }) => {
        if (records.some(({ value }) => (value?.length ?? 0) > 1000)) throw new RecordTooLargeError('too large');
      },
    });
    const padded = (bytes: number) => purchase('Italy').replace('{', `{${' '.repeat(bytes)}`);
    expect(await outcomes([purchase('Italy'), padded(1000), padded(MAX_EVENT_BYTES), purchase('Italy')])).toMatchObject(
      [
        { status: 'accepted', offset: 0 },
        { status: 'refused', isTooLarge: true, detail: expect.stringContaining('max.message.bytes') },
        { status: 'refused', isTooLarge: true, detail: expect.stringContaining('4194304 bytes') },
        { status: 'accepted', offset: 1 },
      ],
    );
  });

  it('says which events were acknowledged and which were not, when the log fails in the midst', async () => {
    const trouble = new Error('Kafka at b-1:9098: no leader');
    const failing = kafkaPartitionOf(Buffer.from('Spain'), 2);
    const { send } = taking({
      onAppend: ({ kafkaPartition }) => {
        if (kafkaPartition === failing) throw trouble;
      },
    });
    const other = ['Italy', 'Germany', 'France', 'Poland'].find(
      (country) => kafkaPartitionOf(Buffer.from(country), 2) !== failing,
    );
    expect(await send([purchase('Spain'), purchase(other ?? ''), purchase('Spain', 0)])).toEqual({
      outcomes: [
        { status: 'unacknowledged' },
        expect.objectContaining({ status: 'accepted' }),
        expect.objectContaining({ status: 'refused' }),
      ],
      trouble,
    });
  });

  it('has nothing acknowledged while the topic cannot be asked for, and continues when it can', async () => {
    const { log, send, outcomes } = taking();
    const kafkaPartitions = log.kafkaPartitions;
    const trouble = new UnknownTopicError('no topic');
    Object.assign(log, { kafkaPartitions: () => Promise.reject(trouble) });
    expect(await send([purchase('Italy')])).toEqual({ outcomes: [{ status: 'unacknowledged' }], trouble });
    Object.assign(log, { kafkaPartitions });
    expect(await outcomes([purchase('Italy')])).toMatchObject([{ status: 'accepted' }]);
  });

  it('uses a topic’s new kafka partitions a minute later', async () => {
    const { log, outcomes, clock } = taking({ stream: 'people.profiles', kafkaPartitions: 1 });
    const event = '{"event_timestamp":"2026-01-31T12:00:00Z"}';
    await outcomes([event]);
    Object.assign(log, { kafkaPartitions: async () => 2 });
    expect(await outcomes([event])).toMatchObject([{ kafkaPartition: 0 }]);
    await clock.advance(60_000);
    expect(await outcomes([event, event])).toMatchObject([{ kafkaPartition: 0 }, { kafkaPartition: 1 }]);
  });

  it('is busy while too much waits for the log, and takes events again afterwards', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { send, outcomes } = taking({ onAppend: () => opened, maxWaitingBytes: 100 });
    const first = send([purchase('Italy'), purchase('Italy')]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await send([purchase('Italy')])).toBe('busy');
    open();
    await first;
    expect(await outcomes([purchase('Italy')])).toMatchObject([{ status: 'accepted', offset: 2 }]);
  });

  it('judges an event as the sink will, against the time of its request', async () => {
    const { outcomes, clock } = taking();
    const future = purchase('Italy').replace('2026-01-31T12', '2026-02-01T14');
    expect(await outcomes([future])).toMatchObject([{ reason: 'event_time_out_of_range', path: 'created_at' }]);
    await clock.advance(3_600_000);
    expect(await outcomes([future])).toMatchObject([{ status: 'accepted' }]);
  });

  it('takes the events of a whole body', async () => {
    const { values, send } = taking({ kafkaPartitions: 1 });
    const events = eventTexts(Buffer.from(`[${purchase('Italy')} , ${purchase('Spain')}]`), 'json');
    if (events === undefined) throw new Error('expected events');
    await send(events.texts.map((text) => Buffer.from(text).toString()));
    expect(values()).toEqual([purchase('Italy'), purchase('Spain')]);
  });
});
