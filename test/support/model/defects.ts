/**
 * Errors of the code itself, as against those that a schedule plants. A process of the model may fail, and its batch comes again;
 * it may not fail because the code is wrong in a way that any run would show: then the check would catch that instead of
 * what it was built to catch.
 */
export function defects() {
  let first: Error | undefined;
  return {
    /** To be called with whatever a process of the model rejects with. */
    note(error: unknown): void {
      if (error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError)
        first ??= error;
    },
    /** @throws the first defect that was noted. */
    assertNone(): void {
      if (first !== undefined) throw first;
    },
  };
}
