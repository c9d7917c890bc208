/**
 * Collects errors of the code itself, as opposed to those that a schedule plants. A process of the model may fail, and
 * its batch is redelivered; it may not fail because the code is wrong in a way that any run would show: then the check
 * would catch that instead of what it was built to catch.
 */
export function defects() {
  let first: Error | undefined;
  return {
    /** Called with every error that rejects a process of the model. */
    note(error: unknown): void {
      if (error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError)
        first ??= error;
    },
    /** @throws the first recorded defect */
    assertNone(): void {
      if (first !== undefined) throw first;
    },
  };
}
