#!/usr/bin/env -S node --import tsx
import { writeFileSync } from 'node:fs';
import { contracts } from '../lib/contracts/index.ts';
import { streamsDocument } from '../lib/derive/streams-document.ts';

/** `npm run docs`: writes the pages that are derived from contracts. A test fails while they are out of date. */
const page = new URL('../docs/STREAMS.md', import.meta.url);
writeFileSync(page, streamsDocument(contracts));
console.log(`wrote ${page.pathname}: ${contracts.length} streams`);
