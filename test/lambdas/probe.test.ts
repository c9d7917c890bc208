import { describe, expect, it } from 'vitest';
import { createProbe } from '../../lambdas/generate/probe.ts';
import { probeInWarehouse } from '../../lambdas/transform/probed.ts';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import type { Statement } from '../../lib/pipeline/ports.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { contracts, generators, modelsDir } from '../support/fixture-project.ts';
import { recordedAppends } from '../support/recorded-appends.ts';
import { testClock } from '../support/test-clock.ts';

const id = '0190a5f2-0000-4000-8000-0123456789ab';
const streams = generators.map(({ stream }) => stream);

function probeWith(memory = recordedAppends(4)) {
  const topics = new Map([['chat.rooms', 'legacy-rooms']]);
  const clock = testClock();
  return { clock, ...memory, send: createProbe({ log: memory.log, contracts, generators, topics, clock, seed: 7 }) };
}

describe('a probe that is sent', () => {
  it('is one event of each stream that has some, with the id, on the topics that the settings name, and one bad record', async () => {
    const { send, appends, values, clock } = probeWith();
    expect(await send({ probe: id })).toEqual({ id, sentMs: clock.now(), streams });
    const topics = new Set(appends.map(({ topic }) => topic));
    expect(topics).toEqual(new Set(streams.map((stream) => (stream === 'chat.rooms' ? 'legacy-rooms' : stream))));
    const events = values().filter((value) => value.startsWith('{'));
    expect(events.map((value) => JSON.parse(value).weir_probe)).toEqual(streams.map(() => id));
    const bad = values().filter((value) => !value.startsWith('{'));
    expect(bad).toEqual([`weir verify ${id}: a record that is no JSON`]);
  });

  it('is refused with an id that is none, before anything is sent', async () => {
    const { send, appends } = probeWith();
    await expect(send({ probe: 'x' })).rejects.toThrow(/expected a UUID/);
    expect(appends).toEqual([]);
  });
});

describe('a probe in the warehouse', async () => {
  const models = await modelFiles(modelsDir, contracts);
  const graph = modelGraph(
    models,
    lakeTables(contracts).map(({ name }) => `${name.database}.${name.table}`),
  );
  const probe = { id, sentMs: Date.UTC(2026, 0, 31, 9, 59, 58, 700), streams: ['shop.purchases'] };
  const readers = ['analytics.purchase_partials', 'analytics.purchase_summary'];

  const found = async (rows: readonly string[], published: readonly string[]) => {
    const asked: Statement[] = [];
    const query = async (statement: Statement) => {
      asked.push(statement);
      return statement.sql.includes('ops.runs')
        ? published.map((model) => ({ model }))
        : rows.map((stream) => ({ stream }));
    };
    const clock = { now: () => probe.sentMs + 5_000 };
    return { result: await probeInWarehouse({ warehouse: { query }, contracts, graph, clock }, probe), asked };
  };

  it('is its rows, and every model that reads their tables, directly or not, published since', async () => {
    expect((await found(['shop.purchases'], readers)).result).toEqual({ streams: ['shop.purchases'], unpublished: [] });
    expect((await found([], [])).result).toEqual({ streams: [], unpublished: readers });
  });

  it('counts runs over its hour and later that were published since the second it was sent in', async () => {
    const { asked } = await found([], []);
    expect(asked[1]?.parameters).toEqual({ hour_start: '2026-01-31 09:00:00', sent_at: '2026-01-31T09:59:58' });
  });
});
