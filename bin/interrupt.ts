const INTERRUPTED = 130;
/** npm forwards the Ctrl-C that the terminal has already sent to this process; both count as one. */
const SAME_MS = 500;

/**
 * Aborts at the first SIGINT or SIGTERM, so that work in progress can finish, and calls `onInterrupt`. The second
 * signal ends the process at once.
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
