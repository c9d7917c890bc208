/** A crash before or after one of a run's effects. */
export interface Crash {
  /** Crashes before or after the effect, if its turn has come. */
  readonly dying: <R>(effect: () => Promise<R>) => Promise<R>;
}

/**
 * Repeats the run with a crash before the first effect, after it, before the second one, and so on, until a run
 * completes without a crash. So every effect is covered, however many there are.
 * @returns the number of crashes: two for each effect.
 */
export async function crashAtEveryEffect(run: (crash: Crash, at: number) => Promise<void>): Promise<number> {
  for (let crashAt = 0; ; crashAt++) {
    let step = 0;
    const dieHere = () => {
      if (step++ === crashAt) throw new Error('killed');
    };
    await run(
      {
        dying: async (effect) => {
          dieHere();
          const result = await effect();
          dieHere();
          return result;
        },
      },
      crashAt,
    );
    if (step <= crashAt) return crashAt;
  }
}
