import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { fixture } from './fixture-project.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `weir` as a separate process, as a user runs it. */
export interface WeirProcess {
  readonly pid: number;
  /** The output so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves once stdout matches. @throws if the process ends first, with all of its output */
  untilPrinted(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/**
 * Runs the engine's own fixture project, unless a checkout is given.
 * @param checkout the checkout whose `weir` and project are run instead
 */
export function startWeir(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  checkout?: string,
): WeirProcess {
  const program = join(checkout ?? ROOT, 'bin/weir.ts');
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    cwd: checkout ?? fixture.dir,
    env: { ...ownEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  let listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      changed();
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    changed();
    return code as number | null;
  });
  return {
    pid: child.pid ?? 0,
    output,
    ended,
    kill: (signal) => void child.kill(signal),
    untilPrinted: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(output.stdout)) resolve();
          else if (isOver) reject(new Error(`weir ended before it printed ${pattern}: ${JSON.stringify(output)}`));
          else return;
          listeners = listeners.filter((listener) => listener !== look);
        };
        listeners.push(look);
        look();
      }),
  };
}

/** Without the test runner's variables, which are not settings of `weir`. */
function ownEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_TEST_')));
}

/** Runs `weir` to completion. */
export async function weir(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  checkout?: string,
) {
  const running = startWeir(args, environment, checkout);
  const code = await running.ended;
  return { code, ...running.output };
}

/** The CommonJS modules and native libraries that a process has loaded after running `weir`. */
export async function loadedBy(args: readonly string[]): Promise<{ readonly loaded: readonly string[] }> {
  const script = `
    const { createRequire } = await import('node:module');
    const { runCommandLine } = await import('${pathToFileURL(join(ROOT, 'bin/command-line.ts')).href}');
    await runCommandLine(['node', 'weir', ...${JSON.stringify(args)}]);
    const modules = Object.keys(createRequire(process.cwd() + '/x.js').cache);
    console.error(JSON.stringify([...modules, ...process.report.getReport().sharedObjects]));`;
  const options = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stderr } = await promisify(execFile)(process.execPath, options, { cwd: fixture.dir });
  return { loaded: JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '[]') };
}
