import type { Random } from '../random.ts';

/** A process of the model; once dead, it does nothing more. */
export interface ModelProcess {
  dead: boolean;
}

interface Step {
  readonly process: ModelProcess;
  readonly effect: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
  /** The answer to a repeated request that finds its own first effect. */
  readonly repeat: (() => unknown) | undefined;
}

export interface Faults {
  readonly crash: number;
  readonly lostAnswer: number;
}

/** Processes that would run forever: as wrong as a lost record. */
class LivelockError extends Error {
  override readonly name = 'LivelockError';
}

/** The violation of a schedule that does not end; any other error is rethrown. */
export function livelock(error: unknown): readonly string[] {
  if (error instanceof LivelockError) return [error.message];
  throw error;
}

/** Far more than the processes of any schedule need to finish. */
const MAX_RELEASES = 5_000;

const NO_FAULTS: Faults = { crash: 0, lostAnswer: 0 };

/**
 * Decides when each effect of the model happens, and its outcome: every call to a port waits here until it is released.
 * A step that stays unreleased for long is a frozen process.
 */
export function scheduler(random: Random) {
  let waiting: Step[] = [];

  const kill = (process: ModelProcess) => {
    process.dead = true;
    waiting = waiting.filter((step) => !step.process.dead);
  };

  const settle = (step: Step, { crash, lostAnswer }: Faults) => {
    const fate = random.next();
    if (fate < crash) {
      if (random.chance(0.5)) unanswered(step);
      kill(step.process);
    } else if (fate < crash + lostAnswer) {
      if (random.chance(0.7)) unanswered(step);
      step.reject(new Error('the answer was lost'));
    } else if (fate < crash + 2 * lostAnswer && step.repeat !== undefined) {
      unanswered(step);
      step.resolve(step.repeat());
    } else {
      answer(step);
    }
  };

  const release = async (faults: Faults): Promise<void> => {
    const [step] = waiting.splice(random.below(waiting.length), 1);
    if (step !== undefined) settle(step, faults);
    await quiet();
  };

  return {
    /** A call to a port: `effect` happens when the scheduler releases it, or never. */
    call: <T>(process: ModelProcess, effect: () => T, repeat?: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        waiting.push({ process, effect, resolve: resolve as (value: unknown) => void, reject, repeat });
      }),
    waiting: () => waiting.length,
    /** Releases steps, without faults, until no process waits. @throws LivelockError */
    async settle(): Promise<void> {
      for (let released = 0; waiting.length > 0; released++) {
        if (released > MAX_RELEASES) throw new LivelockError('the processes go on for ever');
        await release(NO_FAULTS);
      }
    },
    /** Releases one random step, and lets its process run to its next. */
    release,
  };
}

function answer({ effect, resolve, reject }: Pick<Step, 'effect' | 'resolve' | 'reject'>): void {
  try {
    resolve(effect());
  } catch (error) {
    reject(error as Error);
  }
}

/** The effect happens or fails, and no answer is delivered. */
function unanswered({ effect }: Step): void {
  answer({ effect, resolve: () => undefined, reject: () => undefined });
}

/** Resolves once every process waits at a port again. */
export const quiet = () => new Promise<void>((resolve) => setImmediate(resolve));
