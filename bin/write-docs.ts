#!/usr/bin/env -S node --import tsx
import { writeFileSync } from 'node:fs';
import { contracts } from '../lib/contracts/index.ts';
import { streamsDocument } from '../lib/derive/streams-document.ts';
import { settings } from '../lib/settings.ts';
import { settingsDocument } from '../lib/settings-document.ts';

/** `npm run docs`: writes the pages that are derived from code. Tests fail while they are out of date. */
write('STREAMS.md', streamsDocument(contracts), `${contracts.length} streams`);
write('SETTINGS.md', settingsDocument(settings), `${Object.keys(settings).length} settings`);

function write(name: string, text: string, what: string): void {
  const page = new URL(`../docs/${name}`, import.meta.url);
  writeFileSync(page, text);
  console.log(`wrote ${page.pathname}: ${what}`);
}
