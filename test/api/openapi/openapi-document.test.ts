import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { errorStatus } from '../../../lib/api/api-error.ts';
import type { OpenApiDocument } from '../../../lib/api/openapi/openapi-types.ts';
import { documentedAnswers } from '../../support/documented-answers.ts';
import { contracts, generators } from '../../support/fixture-project.ts';
import { wholeApi } from '../../support/whole-api.ts';

const { api, document, log } = wholeApi();

async function faultsOf(found: object) {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(found)));
  return valid ? [] : errors;
}

const taking = contracts.filter(({ refinedFrom }) => refinedFrom === null);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(await faultsOf(document)).toEqual([]);
    const broken = { ...document, paths: { '/docs': { get: { summary: 7 } } } };
    expect(await faultsOf(broken)).not.toEqual([]);
  });

  it('has schemas that a strict validator compiles, but for the keywords that begin with x-', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, loopEnum: 1000 });
    for (const keyword of ['x-decimal', 'x-number-text']) ajv.addKeyword(keyword);
    for (const format of ['timestamp', 'date-time', 'date', 'uuid']) ajv.addFormat(format, true);
    const { schemas } = document.components;
    for (const [name, schema] of Object.entries(schemas)) expect(() => ajv.compile(schema), name).not.toThrow();
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['shop.purchases', 'AcceptedEvents', 'IngestError', 'Error']),
    );
  });

  it('has an operation for each stream that takes events and for each metric, and none for what Weir makes', () => {
    const paths = Object.keys(document.paths);
    expect(paths.filter((path) => path.startsWith('/events/'))).toEqual(taking.map(({ name }) => `/events/${name}`));
    const metrics = contracts.flatMap((contract) => Object.keys(contract.metrics));
    expect(paths).toEqual(expect.arrayContaining(metrics.map((name) => `/metrics/${name}`)));
    expect(paths.join(' ')).not.toContain('{');
    const ids = operationsOf(document).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z]\w*$/);
  });

  it('names every error that an operation of events may answer', () => {
    const responses = postTo('shop.purchases').responses;
    expect(Object.keys(responses)).toEqual(['202', '400', '401', '403', '413', '415', '421', '429', '500', '503']);
    for (const status of [429, 503]) expect(responses[status]?.headers).toHaveProperty('retry-after');
    for (const code of ['invalid_parameter', 'invalid_body', 'events_refused']) {
      expect(responses[errorStatus.events_refused]?.description).toContain(`\`${code}\``);
    }
  });

  it.each(generators.map(({ stream }) => stream))('has examples of %s that the stream takes', async (stream) => {
    const { content } = postTo(stream).requestBody ?? missing();
    for (const [mediaType, { examples }] of Object.entries(content)) {
      for (const { value } of Object.values(examples ?? {})) {
        const body = typeof value === 'string' ? value : JSON.stringify(value);
        const answer = await api.request(`/events/${stream}`, {
          method: 'POST',
          headers: { 'content-type': mediaType },
          body,
        });
        expect(answer.status, await answer.text()).toBe(202);
      }
    }
    expect(Object.keys(content)).toEqual(['application/json', 'application/x-ndjson', 'application/ndjson']);
  });

  it('shows no clear card number, not even a made up one', () => {
    const { schema, examples } = postTo('people.profiles').requestBody?.content['application/json'] ?? missing();
    expect(schema).toEqual({
      anyOf: [
        { $ref: '#/components/schemas/people.profiles' },
        { type: 'array', items: { $ref: '#/components/schemas/people.profiles' }, minItems: 1, maxItems: 10_000 },
      ],
    });
    expect(examples?.one?.value).toMatchObject({ credit_card_number: expect.stringMatching(/^\*{8,}\d{4}$/) });
  });

  it('is the same every time, and is not sent again to who has it', async () => {
    expect(JSON.stringify(wholeApi().document)).toBe(JSON.stringify(document));
    const first = await api.request('/openapi.json');
    expect(await first.json()).toEqual(document);
    const etag = first.headers.get('etag') ?? '';
    expect((await api.request('/api/openapi.json', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('every answer is one that the document has', () => {
  const fault = documentedAnswers(document);

  async function expectDocumented(method: string, path: string, init: RequestInit = {}, query = '') {
    const response = await api.request(path + query, { method, ...init });
    const answer = { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
    expect(fault(method, path, answer), `${method} ${path}${query}`).toBeUndefined();
    return answer.status;
  }

  it.each(Object.keys(document.paths).filter((path) => document.paths[path]?.get !== undefined))(
    'GET %s',
    async (path) => {
      expect(await expectDocumented('GET', path)).toBe(200);
      expect(await expectDocumented('GET', path, {}, '?nobody_knows=1')).toBe(400);
    },
  );

  it.each(Object.keys(document.paths).filter((path) => document.paths[path]?.get?.responses[304] !== undefined))(
    'GET %s again is 304, and its tag is in the document',
    async (path) => {
      const etag = (await api.request(path)).headers.get('etag') ?? '';
      expect(await expectDocumented('GET', path, { headers: { 'if-none-match': etag } })).toBe(304);
      expect(document.paths[path]?.get?.responses[200]?.headers).toHaveProperty('etag');
      expect(document.paths[path]?.get?.parameters).toContainEqual(expect.objectContaining({ name: 'if-none-match' }));
    },
  );

  it('with a tag only where the document says 304', async () => {
    for (const [path, { get }] of Object.entries(document.paths)) {
      if (get === undefined) continue;
      const { headers } = await api.request(path);
      expect(headers.has('etag'), path).toBe(get.responses[304] !== undefined);
    }
  });

  it('to events, good and bad', async () => {
    const path = '/events/shop.purchases';
    const headers = { 'content-type': 'application/json' };
    const good = JSON.stringify(
      document.paths[path]?.post?.requestBody?.content['application/json']?.examples?.one?.value,
    );
    const post = (body: string, more: RequestInit = {}) => expectDocumented('POST', path, { headers, body, ...more });
    expect(await post(good)).toBe(202);
    expect(await post(`[${good},{}]`)).toBe(400);
    expect(await post('[')).toBe(400);
    expect(await post(' '.repeat(4 * 1024 * 1024))).toBe(413);
    expect(await post(good, { headers: {} })).toBe(415);
    log.onAppend = () => Promise.reject(new Error('away'));
    expect(await post(`[${good},{}]`)).toBe(503);
    let acknowledge = () => {};
    const acknowledged = new Promise<void>((resolve) => {
      acknowledge = resolve;
    });
    const appending = new Promise<void>((resolve) => {
      log.onAppend = () => {
        resolve();
        return acknowledged;
      };
    });
    const many = post(`[${Array(20).fill(good)}]`);
    await appending;
    expect(await post(good)).toBe(429);
    acknowledge();
    expect(await many).toBe(202);
  });

  it('and the check sees one that it has not', () => {
    const answer = { status: 200, type: 'application/json', body: '{"count":"one"}' };
    expect(fault('GET', '/metrics', answer)).toMatch(/must/);
    expect(fault('GET', '/metrics', { ...answer, status: 418 })).toMatch(/418/);
    expect(fault('GET', '/metrics', { ...answer, type: 'text/plain' })).toMatch(/text\/plain/);
    expect(fault('PUT', '/metrics', answer)).toMatch(/not documented/);
  });
});

describe('GET /docs', () => {
  it('shows every operation with its form, and needs nothing from anywhere else', async () => {
    const response = await api.request('/docs');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const { operationId } of operationsOf(document)) expect(page).toContain(`<details id="${operationId}">`);
    expect(page).toContain('data-path="events/shop.purchases"');
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});

const postTo = (stream: string) => document.paths[`/events/${stream}`]?.post ?? missing();

function missing(): never {
  throw new Error('not in the document');
}

const operationsOf = ({ paths }: OpenApiDocument) => Object.values(paths).flatMap((methods) => Object.values(methods));
