import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program of `test/support/programs` as a separate process, and its output. */
export interface SpawnedScript {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves once this text was printed; rejects if the process ends first. */
  printed(text: string): Promise<void>;
  kill(): Promise<void>;
}

export function spawnScript(name: string, ...args: readonly string[]): SpawnedScript {
  const path = join(import.meta.dirname, 'programs', name);
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const exited = once(child, 'exit');
  return {
    child,
    output: () => output,
    printed: async (text) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended before "${text}"`);
        await Promise.race([once(child.stdout, 'data'), exited]);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
