import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelsRun, RunningDeployment } from '../../lib/app/running-deployment.ts';
import { type VerifyDeps, verify } from '../../lib/app/verify.ts';
import { topicReaders } from '../../lib/derive/topic-readers.ts';
import { contracts } from '../fixtures/eleven-streams.ts';

const PROBE = '0190a5f2-0000-4000-8000-0123456789ab';
const SENT_MS = Date.UTC(2026, 0, 31, 9, 59, 58);
const sent = contracts.filter(({ refinedFrom }) => refinedFrom === null).map(({ name }) => name);
const names = contracts.map(({ name }) => name);
const done: ModelsRun = { failures: [], cutShort: false, found: { streams: names, unpublished: [] } };

const mappings =
  (state = 'Enabled', lastResult = 'OK'): RunningDeployment['mappings'] =>
  async (reader) =>
    topicReaders[reader].reads(contracts).map(({ name }) => ({ topic: name, state, lastResult }));

/** A deployment in which everything arrives at once, but for what is changed. */
function running(change: Partial<RunningDeployment> = {}): RunningDeployment {
  return {
    mappings: mappings(),
    sendProbe: async (id) => ({ id, sentMs: SENT_MS, streams: sent }),
    queryLake: async (sql) =>
      sql.includes('lake.dead_letters')
        ? [{ reason: 'not_json' }]
        : [...sql.matchAll(/'([a-z_.]+)' as stream/g)].map(([, stream = '']) => ({ stream })),
    newestCounted: async () => new Map(names.map((name) => [name, SENT_MS])),
    runModels: async () => done,
    ...change,
  };
}

async function verified(change: Partial<RunningDeployment> = {}, more: Partial<VerifyDeps> = {}) {
  const steps: string[] = [];
  let nowMs = SENT_MS;
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const stopped = await verify({
    running: running(change),
    contracts,
    topics: new Map<string, string>(),
    clock,
    hasExamples: true,
    hasWarehouse: true,
    readers: ['sink', 'refine', 'meter'],
    liveSkipped: null,
    maxWaitMs: 60_000,
    probeId: PROBE,
    onStep: (step) => steps.push(step),
    ...more,
  }).then(
    () => null,
    ({ step, alarms, message }) => ({ step, alarms, message }),
  );
  return { steps, stopped, waitedMs: nowMs - SENT_MS };
}

describe('a verification', () => {
  it('follows a probe through every place of the deployment', async () => {
    const { steps, stopped } = await verified();
    expect(stopped).toBeNull();
    expect(steps).toEqual(['mappings', 'send', 'lake', 'dead letters', 'live', 'models', 'warehouse']);
  });

  it('checks only the mappings where no stream has example events, and reports that', async () => {
    const sendProbe = () => Promise.reject(new Error('asked for'));
    expect(await verified({ sendProbe }, { hasExamples: false })).toMatchObject({
      stopped: null,
      steps: ['mappings', 'send'],
    });
  });

  it('looks at no live metrics, and says why, where it cannot', async () => {
    const newestCounted = () => Promise.reject(new Error('asked for'));
    const found: string[] = [];
    const onStep = (step: string, text: string) => found.push(`${step}: ${text}`);
    await verified({ newestCounted }, { liveSkipped: 'no token', readers: ['sink', 'refine'], onStep });
    expect(found).toContain('live: skipped: no token');
  });

  it('runs no models where there is no warehouse', async () => {
    const runModels = () => Promise.reject(new Error('asked for'));
    expect(await verified({ runModels }, { hasWarehouse: false })).toMatchObject({ stopped: null });
  });

  it('asks again for what is not there yet, and in the next hour too once that has begun', async () => {
    const asked: string[] = [];
    const { stopped, waitedMs } = await verified({
      queryLake: async (sql) => {
        asked.push(sql);
        return asked.length < 3 ? [] : running().queryLake(sql);
      },
    });
    expect(stopped).toBeNull();
    expect(waitedMs).toBe(10_000);
    expect(asked[0]).not.toContain('hour = 10');
    expect(asked[1]).toContain("(dt = '2026-01-31' and hour = 9) or (dt = '2026-01-31' and hour = 10)");
  });

  it('asks again only for the streams that are missing', async () => {
    const asked: string[] = [];
    await verified({
      queryLake: async (sql) => {
        asked.push(sql);
        return sql.includes('dead_letters') || asked.length > 1 ? running().queryLake(sql) : [{ stream: 'chat.rooms' }];
      },
    });
    expect(asked[1]).not.toContain('lake.chat_rooms ');
    expect(asked[1]).toContain('lake.shop_purchases ');
  });

  it('finds events by their id, and those that were refined from them by their time', async () => {
    const asked: string[] = [];
    await verified({
      queryLake: (sql) => {
        asked.push(sql);
        return running().queryLake(sql);
      },
    });
    expect(asked[0]).toMatch(/lake\.chat_messages where .* and ingested_at >= cast\('2026-01-31 09:59:58\.000'/);
    expect(asked[0]).toMatch(/lake\.chat_rooms where .* and "_extra" like '%0190a5f2-/);
  });

  it('waits for mappings that are being enabled, and for topics by the names that the deployment gives them', async () => {
    let asked = 0;
    const topics = new Map([['shop.purchases', 'purchases']]);
    const { stopped, waitedMs } = await verified(
      {
        mappings: async (reader) => {
          asked += 1;
          const found = await mappings(asked < 3 ? 'Enabling' : 'Enabled')(reader);
          return found.map((one) => ({ ...one, topic: topics.get(one.topic) ?? one.topic }));
        },
      },
      { topics },
    );
    expect(stopped).toBeNull();
    expect(waitedMs).toBe(10_000);
  });

  it('begins a run of the models again that another one kept out, or that was stopped before its end', async () => {
    const runs = [
      () => Promise.reject(new Error('another run has the warehouse')),
      async () => ({ ...done, cutShort: true, found: null }),
      async () => done,
    ];
    const { stopped, waitedMs } = await verified({
      runModels: async () => (runs.shift() as () => Promise<ModelsRun>)(),
    });
    expect(stopped).toBeNull();
    expect(waitedMs).toBe(10_000);
  });
});

const failed = mappings('Enabled', 'PROBLEM: Function call failed');
const nowhere = async () => [];

describe('a verification stops, and names the alarm that rings', () => {
  it.each<[what: string, change: Partial<RunningDeployment>, step: string, alarms: readonly string[], message: RegExp]>(
    [
      [
        'a mapping that is disabled',
        { mappings: mappings('Disabled') },
        'mappings',
        ['StreamSilent'],
        /: Disabled.*enable it/,
      ],
      [
        'a mapping that is not there',
        { mappings: async () => [] },
        'mappings',
        ['StreamSilent'],
        /shop\.purchases: none/,
      ],
      [
        'a mapping that stays on the way',
        { mappings: mappings('Updating') },
        'mappings',
        ['StreamSilent'],
        /chat\.rooms: Updating.*after 60 s/,
      ],
      [
        'brokers that are out of reach',
        { sendProbe: () => Promise.reject(new Error('no broker')) },
        'send',
        ['RunsDropped', 'StreamSilent'],
        /^no broker$/,
      ],
      [
        'batches that fail',
        { queryLake: nowhere, mappings: failed },
        'lake',
        ['SinkErrors', 'RefineErrors'],
        /after 60 s; last batch of the sink function: PROBLEM: Function call failed, see its log/,
      ],
      [
        'refinements that fail alone',
        {
          queryLake: async (sql) => (await running().queryLake(sql)).filter(({ stream }) => stream !== 'chat.messages'),
          mappings: async (reader) => (reader === 'refine' ? failed : mappings())(reader),
        },
        'lake',
        ['RefineErrors'],
        /no row of chat\.messages, after 60 s; last batch of the refine function/,
      ],
      [
        'rows that nobody fails to write',
        { queryLake: nowhere },
        'lake',
        ['StreamSilent', 'SinkLag', 'SinkErrors'],
        /compare the locations/,
      ],
      [
        'Athena that fails',
        { queryLake: () => Promise.reject(new Error('the query failed: access denied')) },
        'lake',
        ['StreamSilent', 'SinkLag', 'SinkErrors'],
        /found the query failed: access denied, after 60 s/,
      ],
      [
        'a bad record that is nowhere',
        { queryLake: async (sql) => (sql.includes('lake.dead_letters') ? [] : running().queryLake(sql)) },
        'dead letters',
        ['DeadLetters'],
        /the bad record is not in lake\.dead_letters, after 60 s/,
      ],
      [
        'live metrics that do not count it',
        { newestCounted: async () => new Map(names.map((name) => [name, SENT_MS - 1])) },
        'live',
        ['MeterLag', 'ApiErrors'],
        /no count of .*shop\.purchases.*, after 60 s$/,
      ],
      [
        'a meter that fails',
        {
          newestCounted: async () => new Map(),
          mappings: async (reader) => (reader === 'meter' ? failed : mappings())(reader),
        },
        'live',
        ['MeterErrors'],
        /last batch of the meter function: PROBLEM/,
      ],
      [
        'a model that fails',
        { runModels: async () => ({ ...done, failures: ['analytics.rooms: no column "x"'], found: null }) },
        'models',
        ['TransformFailures'],
        /analytics\.rooms: no column "x"/,
      ],
      [
        'runs that end early',
        { runModels: () => Promise.reject(new Error('Redshift is away')) },
        'models',
        ['TransformErrors', 'TransformMissing'],
        /Redshift is away, after 60 s/,
      ],
      [
        'rows that Redshift does not see',
        { runModels: async () => ({ ...done, found: { streams: ['chat.rooms'], unpublished: [] } }) },
        'warehouse',
        ['TransformLateness'],
        /none of chat\.messages, shop\.purchases/,
      ],
      [
        'a model that was not run over them',
        { runModels: async () => ({ ...done, found: { streams: names, unpublished: ['raw.rooms'] } }) },
        'warehouse',
        ['TransformLateness'],
        /ops\.runs since the probe, found none of raw\.rooms/,
      ],
    ],
  )('at %s', async (_, change, step, alarms, message) => {
    const { stopped } = await verified(change);
    expect(stopped).toEqual({ step, alarms, message: expect.stringMatching(message) });
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    for (const alarm of alarms) expect(runbook).toContain(`\n## ${alarm}\n`);
  });
});
