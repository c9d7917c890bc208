import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { schemathesis } from '../support/servers/schemathesis.ts';

/** Of each operation, beside about 3,000 that cover the schemas. 600 make more than 10,000 in all, in ten minutes. */
const REQUESTS_PER_OPERATION = Number(process.env.WEIR_TEST_REQUESTS_PER_OPERATION ?? '10');

await describeWithServer(schemathesis, (running) => {
  let weir: ServedWeir;
  beforeAll(async () => {
    weir = await servedWeir();
  });
  afterAll(() => weir?.stop());

  it('no request that follows the document, or breaks it, gets a failure or an answer that is not documented', async () => {
    const found = await running().run({
      document: new URL('/openapi.json', weir.url).href,
      url: weir.url,
      requestsPerOperation: REQUESTS_PER_OPERATION,
    });
    expect(found.passed, found.report).toBe(true);
    expect(found.requests).toBeGreaterThan(2000);
  }, 1_200_000);

  it('an answer that is not documented would be found', async () => {
    const document = (await (await fetch(new URL('/openapi.json', weir.url))).json()) as {
      readonly paths: Readonly<Record<string, { readonly get: { readonly responses: Record<string, unknown> } }>>;
    };
    const responses = document.paths['/status']?.get.responses ?? {};
    responses['200'] = { description: 'Another.', content: { 'application/json': { schema: { type: 'array' } } } };
    const file = join(weir.folder, 'other.json');
    await writeFile(file, JSON.stringify(document));
    const found = await running().run({ document: file, url: weir.url, requestsPerOperation: 1, path: '/status' });
    expect(found.passed).toBe(false);
    expect(found.report).toContain('Response violates schema');
  }, 120_000);
});
