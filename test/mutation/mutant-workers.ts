import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './results.ts';
import type { Task } from './worker.ts';
import { CACHE } from './workspace.ts';

export interface MutantWorker {
  attempt(task: Task): Promise<Outcome>;
  stop(): Promise<void>;
}

/** Processes and files that tests with a mutant leave behind go with the worker. */
const TASKS_PER_PROCESS = 40;

/** A process that tries mutants; another takes its place after an endless loop, and now and then. */
export function mutantWorker(index: number): MutantWorker {
  const tmpDir = join(CACHE, `tmp-${process.pid}-${index}`);
  let child: ChildProcess | undefined;
  let tasks = 0;

  const start = async () => {
    mkdirSync(tmpDir, { recursive: true });
    tasks = 0;
    child = fork(join(import.meta.dirname, 'worker.ts'), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, TMPDIR: tmpDir, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // A process group of its own, so that what its tests have started ends with it.
      detached: true,
    });
    await messageOf(child);
    return child;
  };
  const stop = async () => {
    const ending = child;
    child = undefined;
    if (ending?.pid === undefined) return;
    const exited = ending.exitCode === null && ending.signalCode === null ? once(ending, 'exit') : undefined;
    killGroup(ending.pid);
    await exited;
    rmSync(tmpDir, { recursive: true, force: true, maxRetries: 5 });
    rmSync(join(CACHE, `mutated-${ending.pid}`), { recursive: true, force: true });
  };
  return {
    stop,
    async attempt(task) {
      if (tasks++ >= TASKS_PER_PROCESS) await stop();
      const running = child ?? (await start());
      const outcome = await answerOf(running, task);
      if (outcome.status === 'timeout') await stop();
      return outcome;
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function answerOf(child: ChildProcess, task: Task): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'timeout' }), task.plan.timeoutMs);
  });
  child.send(task);
  try {
    return await Promise.race([messageOf<Outcome>(child), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The next message. Mutants run in processes of vitest's, so that the end of this one is no verdict on them. */
async function messageOf<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const message = once(child, 'message', { signal }).then(([given]) => given as T);
  const end = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`a worker of the mutation test ended: expected a message, found ${code ?? by}`);
  });
  try {
    return await Promise.race([message, end]);
  } finally {
    over.abort();
    await Promise.allSettled([message, end]);
  }
}
