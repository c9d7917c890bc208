import type { MSKEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../lambdas/environment.ts';
import { instrumentedRefine } from '../../lambdas/refine/instrumented.ts';
import { instrumentedSink } from '../../lambdas/sink/instrumented.ts';
import { streamsByTopic } from '../../lib/pipeline/streams-by-topic.ts';
import { metricsIn } from '../support/emitted-metrics.ts';
import { contracts } from '../support/fixture-project.ts';

const record = (offset: number, timestamp: number) => ({
  topic: 'purchases',
  partition: 1,
  offset,
  timestamp,
  timestampType: 'LOG_APPEND_TIME' as const,
  key: '',
  value: '',
  headers: [],
});

const event: MSKEvent = {
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn',
  bootstrapServers: 'b-1:9098',
  records: { 'purchases-1': [record(7, 1_000), record(9, 5_000)] },
};

const streamOf = streamsByTopic(contracts, {
  topics: new Map([['shop.purchases', 'purchases']]),
  incarnations: new Map([['shop.purchases', 3]]),
});
const counts = { records: 2, rows: 1, deadLetters: 1, objects: 2 };

describe('an invocation of the sink', () => {
  it('logs one line, with its metrics and the age of its newest row; dead letters by reason beside it', async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const handle = instrumentedSink({
      take: async () => counts,
      streamOf,
      clock: { now: () => 9_000 },
      takeReasons: () => ['missing', 'missing'],
      log: (line) => void lines.push(line),
    });
    await handle(event);
    expect(lines).toEqual([
      {
        level: 'INFO',
        message: 'taken',
        topic: 'purchases',
        kafkaPartitions: [{ kafkaPartition: 1, from: 7, to: 9 }],
        durationMs: 0,
        _aws: {
          Timestamp: 9_000,
          CloudWatchMetrics: [
            {
              Namespace: 'Weir',
              Dimensions: [[]],
              Metrics: [
                { Name: 'Records', Unit: 'Count' },
                { Name: 'Rows', Unit: 'Count' },
                { Name: 'Objects', Unit: 'Count' },
                { Name: 'DeadLetters', Unit: 'Count' },
                { Name: 'NewestRowAge', Unit: 'Milliseconds' },
              ],
            },
            {
              Namespace: 'Weir',
              Dimensions: [['stream']],
              Metrics: [
                { Name: 'DeadLetters', Unit: 'Count' },
                { Name: 'NewestRowAge', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        stream: 'shop.purchases',
        Records: 2,
        Rows: 1,
        DeadLetters: 1,
        Objects: 2,
        NewestRowAge: 4_000,
      },
      expect.objectContaining({ message: 'dead letters', reason: 'missing', DeadLettersByReason: 2 }),
    ]);
  });

  it('logs a failure and throws', async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const take = () => Promise.reject(new Error('S3 is away'));
    const handle = instrumentedSink({
      take,
      streamOf,
      clock: { now: () => 0 },
      takeReasons: () => [],
      log: (line) => void lines.push(line),
    });
    await expect(handle(event)).rejects.toThrow('S3 is away');
    expect(lines).toMatchObject([{ level: 'ERROR', topic: 'purchases', found: 'S3 is away' }]);
  });
});

describe('the sink knows a topic', () => {
  it('by the name that its stream was given, with its incarnation', () => {
    expect(streamOf('purchases')).toMatchObject({ contract: { name: 'shop.purchases' }, incarnation: 3 });
  });
  it('and takes any other for one without a contract', () => {
    expect(streamOf('shop.purchases')).toEqual({ topic: 'shop.purchases', contract: null, incarnation: 0 });
  });
});

describe('a function’s environment', () => {
  it('that lacks a variable is refused by name when the function starts', () => {
    expect(() => readEnvironment(['LAKE_BUCKET'], {})).toThrow(EnvironmentError);
    expect(() => readEnvironment(['LAKE_BUCKET'], { LAKE_BUCKET: '' })).toThrow(/LAKE_BUCKET: expected a value.*empty/);
  });
  it('an empty setting is its default', () => {
    expect(readEnvironment(['WEIR_TOPICS'], { WEIR_TOPICS: '' })).toEqual({ WEIR_TOPICS: '' });
  });
});

describe('an invocation of the refinements', () => {
  const deps = { streamOf, clock: { now: () => 9_000 } };

  it('logs one line, with its metrics', async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const refine = async () => ({ records: 2, events: 5, skipped: 1 });
    await instrumentedRefine({ ...deps, refine, log: (line) => void lines.push(line) })(event);
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'refined', topic: 'purchases', skipped: 1, RefinedRecords: 2, RefinedEvents: 5 },
    ]);
    expect(metricsIn(lines[0] ?? {}).map(({ name, dimensions }) => [name, dimensions])).toEqual([
      ['RefinedRecords', []],
      ['RefinedEvents', []],
    ]);
  });

  it('logs a failure and throws', async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const refine = () => Promise.reject(new Error('the brokers are away'));
    await expect(instrumentedRefine({ ...deps, refine, log: (line) => void lines.push(line) })(event)).rejects.toThrow(
      'away',
    );
    expect(lines).toMatchObject([{ level: 'ERROR', topic: 'purchases', found: 'the brokers are away' }]);
  });
});
