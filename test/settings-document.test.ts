import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settings } from '../lib/settings.ts';
import { settingsDocument } from '../lib/settings-document.ts';

it('docs/SETTINGS.md is what the settings say', () => {
  const committed = readFileSync(new URL('../docs/SETTINGS.md', import.meta.url), 'utf8');
  expect(settingsDocument(settings), 'docs/SETTINGS.md is out of date: run npm run docs and commit it').toBe(committed);
});
