import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { type AskedQuery, type QueryPorts, type QueryTable, queryRoutes } from '../../lib/api/query-routes.ts';
import { served } from '../../lib/api/route.ts';

const answers = { columns: [{ name: 'n', type: 'BIGINT' }], rows: [['9007199254740993']], isCut: true, tookMs: 7 };

const orders: QueryTable = {
  name: 'lake.orders',
  columns: [{ name: 'n', type: 'BIGINT' }],
  examples: [{ title: 'Rows', sql: 'select n from lake.orders', metric: null }],
};

function apiOver(query: QueryPorts['query']) {
  const tables = async () => [orders];
  return createApi({
    routes: served(queryRoutes, { query, tables }),
    report: (error) => {
      throw error;
    },
  });
}

async function post(body: string, query: QueryPorts['query'] = async () => answers) {
  const response = await apiOver(query).request('/query', { method: 'POST', body });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

describe('POST /query', () => {
  it('answers columns and rows, and whether there are more', async () => {
    const asked: AskedQuery[] = [];
    const query: QueryPorts['query'] = async (one) => {
      asked.push(one);
      return answers;
    };
    const { status, body } = await post('{"sql": "select 1"}', query);
    const { columns, rows } = answers;
    expect([status, body]).toEqual([200, { columns, rows, truncated: true, took_ms: 7 }]);
    expect(asked).toMatchObject([{ sql: 'select 1', maxRows: 10_000 }]);
  });

  it.each([
    [
      'a statement that is refused',
      { refused: 'expected one select', at: null },
      400,
      'query_refused',
      'expected one select',
    ],
    ['one that meets a limit', { stopped: 'at most 20 s' }, 422, 'query_stopped', 'at most 20 s'],
    ['one too many', { busy: true }, 429, 'too_many_requests', 'other queries are running; try again'],
  ] as const)('says why it has no rows of %s', async (_, answer, expected, code, message) => {
    const { status, body, headers } = await post('{"sql": "select 1"}', async () => answer);
    expect([status, body]).toEqual([expected, { error: { code, message } }]);
    expect(headers.get('retry-after')).toBe(expected === 429 ? '2' : null);
  });

  it.each([
    [0, 1, 1],
    [7, 1, 8],
    [10, 2, 1],
    [12, 2, 3],
  ])('says of the index %i of a refused statement its line and column', async (at, line, column) => {
    const sql = 'select 1,\n  nothing';
    const { body } = await post(JSON.stringify({ sql }), async () => ({ refused: 'expected a column', at }));
    expect(body.error).toEqual({ code: 'query_refused', message: 'expected a column', position: { line, column } });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'select 1'],
    ['no statement', '{}'],
    ['null', 'null'],
    ['a statement that is no text', '{"sql": 1}'],
  ])('refuses a body that is %s', async (_, body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error: { code: 'invalid_body' } } });
  });

  it('refuses a statement of more than 64 KiB', async () => {
    const body = JSON.stringify({ sql: 'a'.repeat(64 * 1024) });
    expect(await post(body)).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
  });

  it('ends the query when the client hangs up', async () => {
    const hangUp = new AbortController();
    const ended = new Promise<boolean>((resolve) => {
      const query: QueryPorts['query'] = ({ signal }) =>
        new Promise((answer) => {
          signal.addEventListener('abort', () => {
            resolve(true);
            answer({ stopped: 'cancelled' });
          });
          hangUp.abort();
        });
      const request = new Request('http://localhost/query', {
        ...{ method: 'POST', body: '{"sql": "select 1"}', signal: hangUp.signal },
      });
      void apiOver(query).request(request);
    });
    expect(await ended).toBe(true);
  });
});

it('GET /tables answers what can be queried', async () => {
  const response = await apiOver(async () => answers).request('/tables');
  expect(await response.json()).toEqual({ tables: [orders] });
});
