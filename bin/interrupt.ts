const INTERRUPTED = 130;
/** npm passes on the Ctrl-C that the terminal has sent to this process already: both are one. */
const SAME_MS = 500;

/**
 * Aborts at the first SIGINT or SIGTERM, so that what is under way can end well; `onInterrupt` is called then. The second
 * one ends the process at once.
 */
export function interruptible(onInterrupt: () => void = () => {}): AbortSignal {
  const interrupted = new AbortController();
  let firstMs = 0;
  const interrupt = () => {
    if (interrupted.signal.aborted) {
      if (Date.now() - firstMs > SAME_MS) process.exit(INTERRUPTED);
      return;
    }
    firstMs = Date.now();
    interrupted.abort();
    onInterrupt();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return interrupted.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
