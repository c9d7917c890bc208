#!/usr/bin/env -S node --import tsx
import { writeFileSync } from 'node:fs';
import { contracts } from '../lib/contracts/index.ts';
import { streamsDocument } from '../lib/derive/streams-document.ts';
import { costDocument } from './run/cost-document.ts';

/** `npm run docs`: writes the pages that are derived from contracts. A test fails while they are out of date. */
const pages = { 'STREAMS.md': streamsDocument(contracts), 'cost.md': costDocument() };
for (const [name, text] of Object.entries(pages)) {
  const page = new URL(`../docs/${name}`, import.meta.url);
  writeFileSync(page, text);
  console.log(`wrote ${page.pathname}`);
}
