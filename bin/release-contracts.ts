#!/usr/bin/env -S node --import tsx
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { findProjectFile, loadProject } from '../lib/adapters/project-file.ts';
import { incompatibilities } from '../lib/derive/compatibility.ts';
import { type ReleasedContract, releasedContract } from '../lib/derive/released.ts';

/** `npm run release:contracts`: records the contracts as released, unless one breaks what was released before. */
const folder = new URL('../test/golden/released/', import.meta.url);
const { contracts } = await loadProject(findProjectFile(import.meta.dirname));
const current = contracts.map(releasedContract);
const broken = current.flatMap((contract) => {
  const file = new URL(`${contract.name}.json`, folder);
  if (!existsSync(file)) return [];
  const released: ReleasedContract = JSON.parse(readFileSync(file, 'utf8'));
  return incompatibilities(released, contract);
});
if (broken.length > 0) {
  console.error(broken.join('\n'));
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const contract of current) {
    writeFileSync(new URL(`${contract.name}.json`, folder), `${JSON.stringify(contract, null, 2)}\n`);
  }
  console.log(`released: ${current.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
}
