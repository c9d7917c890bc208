import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { installLambdaNode } from './servers/lambda-node.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, 'programs', 'bare-lambda.mjs');

/** The line after each call's part of the log. */
const END_OF_CALL = '-- end of the call\n';

/** Lambda's longest time limit. */
const MAX_MS = 900_000;

/** The variables that Lambda sets for every function. */
const LAMBDA = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing-secret',
  AWS_SESSION_TOKEN: 'testing-token',
};

export interface BareLambda {
  /** From the start of the process until the handler can be called. */
  readonly readyAfterMs: number;
  readonly node: string;
  /**
   * @param remainingMs the remaining time that the function sees; it is not enforced
   * @throws with the handler's message.
   */
  call(event: unknown, remainingMs?: number): Promise<unknown>;
  /** The lines of the function's log. */
  lines(): readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

interface BareLambdaOptions {
  readonly asset: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether to include DuckDB's layer: the native package of the same version, for this machine. */
  readonly duckdb: boolean;
}

interface Message {
  readonly sinceStartMs?: number;
  readonly node?: string;
  readonly result?: unknown;
  readonly thrown?: string;
}

/** Starts a function with its asset, its layer and its environment, and nothing else from this checkout. */
export async function bareLambda({ asset, environment, duckdb }: BareLambdaOptions): Promise<BareLambda> {
  const folder = await temporaryFolder();
  const layer = duckdb ? { NODE_PATH: nativePackages(folder.path) } : {};
  const child = spawn(await installLambdaNode(), [PROGRAM, asset], {
    cwd: folder.path,
    env: { ...LAMBDA, ...layer, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const answer = async (): Promise<Message> => {
    const waiting = new AbortController();
    const { signal } = waiting;
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${asset}: expected an answer, found the end of the process (${code}):\n${errors}`);
    });
    try {
      const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
      return message;
    } finally {
      waiting.abort();
      ended.catch(() => {});
    }
  };
  let calls = 0;
  /** The log of a call may arrive after its answer. */
  const logged = async () => {
    calls += 1;
    const { stdout } = child;
    while (stdout?.readable && output.split(END_OF_CALL).length <= calls) await once(stdout, 'data');
  };
  const ready = await answer();
  return {
    readyAfterMs: ready.sinceStartMs ?? 0,
    node: ready.node ?? '',
    async call(event, remainingMs = MAX_MS) {
      const answered = answer();
      child.send({ event, remainingMs });
      const { thrown, result } = await answered;
      await logged();
      if (thrown !== undefined) throw new Error(thrown);
      return result;
    },
    lines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await folder.remove();
    },
  };
}

/** A folder of packages with DuckDB's native package for this machine, like the layer's for Lambda. */
function nativePackages(folder: string): string {
  const name = `@duckdb/node-bindings-${process.platform}-${process.arch}`;
  const scope = join(folder, 'node_modules', '@duckdb');
  mkdirSync(scope, { recursive: true });
  symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules', name), join(folder, 'node_modules', name));
  return join(folder, 'node_modules');
}
