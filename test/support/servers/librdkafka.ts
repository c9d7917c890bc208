import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pythonEnvironment } from './python-environment.ts';

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'librdkafka.py');

/** The Python of an environment with librdkafka, orjson and pyarrow. */
export const installPythonClients = () => pythonEnvironment('python-clients.txt');

/** `[kafka partition, offset, value]` */
export type ReadRecord = readonly [number, number, string];

/** The steps that `librdkafka.py` can run. */
export type Step =
  | readonly ['producer', name: string, settings: Readonly<Record<string, string | number | boolean>>]
  | readonly ['send', name: string, topic: string, kafkaPartition: number, value: string, timestampMs?: number]
  | readonly ['flush' | 'commit' | 'abort', name: string]
  | readonly ['read', settings: Readonly<Record<string, string>>, topic: string];

/**
 * Runs the steps in order with librdkafka, an independent client. Returns the records of its `read` steps.
 * @throws with its output if a step fails.
 */
export async function librdkafka(steps: readonly Step[]): Promise<readonly (readonly ReadRecord[])[]> {
  const child = spawn(await installPythonClients(), [PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`librdkafka: expected exit code 0, found ${code}: ${errors.trim()}`);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
