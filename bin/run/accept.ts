import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readReleased, releasedDir, writeReleased } from '../../lib/adapters/released-contracts.ts';
import { brokenPromises } from '../../lib/derive/compatibility.ts';
import { streamsDocument } from '../../lib/derive/streams-document.ts';
import type { LocatedProject } from '../../lib/project.ts';

/** The page of all streams. Updated only if the project has it. */
const STREAMS_PAGE = join('docs', 'STREAMS.md');

/** `weir accept`. Returns the exit code: 1, without writing, if a contract breaks a released one. */
export function accept(project: LocatedProject): number {
  const { dir: root, contracts } = project;
  const dir = releasedDir(project);
  const broken = brokenPromises(readReleased(dir), contracts);
  if (broken.length > 0) {
    for (const line of broken) process.stderr.write(`weir accept: ${line}\n`);
    return 1;
  }
  const changes = contracts.flatMap((contract) => {
    const change = writeReleased(dir, contract);
    return change === 'unchanged' ? [] : [`${change}: ${relative(root, join(dir, `${contract.name}.json`))}`];
  });
  const page = join(root, STREAMS_PAGE);
  if (existsSync(page) && rewritten(page, streamsDocument(contracts))) changes.push(`changed: ${STREAMS_PAGE}`);
  for (const line of changes) process.stdout.write(`${line}\n`);
  const count = `${contracts.length} ${contracts.length === 1 ? 'contract' : 'contracts'}`;
  process.stdout.write(
    changes.length === 0 ? `${count}, nothing new\n` : `${count}; review these files and commit them\n`,
  );
  return 0;
}

function rewritten(file: string, text: string): boolean {
  if (readFileSync(file, 'utf8') === text) return false;
  writeFileSync(file, text);
  return true;
}
