import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';

/** `weir` as npm links it, on a Node that says it is of that version. */
function weirOn(node: string) {
  const versions = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } })`;
  const pretended = `data:text/javascript,${encodeURIComponent(versions)}`;
  const args = ['--import', pretended, join(packageRoot, 'bin/weir.js'), '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

it.each(['18.20.4', '20.18.3'])('weir on Node %s is refused in one line, with what is needed', (node) => {
  const { status, stdout, stderr } = weirOn(node);
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `weir: Node: expected 20.19 or newer, found ${node}; install a newer Node\n`,
  });
});

it.each(['20.19.0', '22.0.0'])('weir on Node %s runs', (node) => {
  expect(weirOn(node)).toMatchObject({ status: 0, stderr: '' });
});
