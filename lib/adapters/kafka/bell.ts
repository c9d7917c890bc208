/** A repeatable signal for several waiting callers. An AbortController per wait would cost a hundred times as much. */
export interface Bell {
  /** Ends all waits. */
  ring(): void;
  /** Resolves when it rings, or after `ms`. */
  heard(ms: number): Promise<void>;
}

export function bell(): Bell {
  const listeners = new Set<() => void>();
  return {
    ring() {
      for (const end of [...listeners]) end();
    },
    heard: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          listeners.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        listeners.add(end);
      }),
  };
}
