/** A crash at one of the effects of a run: before it happens, or behind it. */
export interface Crash {
  /** Dies before or behind the effect, if its turn has come. */
  readonly dying: <R>(effect: () => Promise<R>) => Promise<R>;
}

/**
 * Runs again and again: with a crash before the first effect, behind it, before the second one, and so on, until a run comes to
 * its end without one. So no effect is left out, however many there are.
 * @returns how many crashes there were: two for each effect.
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
