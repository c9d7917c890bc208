#!/usr/bin/env -S node --import tsx
import { writeFileSync } from 'node:fs';
import { findProjectFile, loadProject } from '../lib/adapters/project-file.ts';
import { streamsDocument } from '../lib/derive/streams-document.ts';
import { settings } from '../lib/settings.ts';
import { settingsDocument } from '../lib/settings-document.ts';
import { costDocument } from './run/cost-document.ts';

/** `npm run docs`: writes the pages that are generated from code. Tests fail while they are out of date. */
const project = await loadProject(findProjectFile(import.meta.dirname));
const { contracts } = project;
write('STREAMS.md', streamsDocument(contracts), `${contracts.length} streams`);
write('SETTINGS.md', settingsDocument(settings), `${Object.keys(settings).length} settings`);
write('cost.md', await costDocument(project), 'a month of dev');

function write(name: string, text: string, what: string): void {
  const page = new URL(`../docs/${name}`, import.meta.url);
  writeFileSync(page, text);
  console.log(`wrote ${page.pathname}: ${what}`);
}
