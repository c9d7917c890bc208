import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { costDocument } from '../../bin/run/cost-document.ts';
import { streamsDocument } from '../../lib/derive/streams-document.ts';
import { contracts, shipped } from '../support/shipped.ts';

it('docs/STREAMS.md is what the contracts say', () => {
  const committed = readFileSync(new URL('../../docs/STREAMS.md', import.meta.url), 'utf8');
  expect(streamsDocument(contracts), 'docs/STREAMS.md is out of date: run npm run docs and commit it').toBe(committed);
});

it('docs/cost.md is what weir cost says', async () => {
  const committed = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
  expect(await costDocument(shipped), 'docs/cost.md is out of date: run npm run docs and commit it').toBe(committed);
});
