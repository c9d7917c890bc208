/** The figures of a page, and whether they are current. */
export interface PollState<T> {
  /** `stale`: there are figures, but newer ones cannot be fetched. */
  readonly status: 'loading' | 'live' | 'stale' | 'failed';
  readonly body: T | null;
  /** When the server last returned this body, by the server's clock; null before the first answer. */
  readonly asOfMs: number | null;
  /** The current time, by the server's clock as far as it is known. */
  readonly nowMs: number;
  readonly failure: { readonly sinceMs: number; readonly message: string } | null;
}

/** A server's answer. `body` is null if nothing has changed. */
export interface Answer<T> {
  readonly body: T | null;
  readonly etag: string | null;
  /** The server's clock. */
  readonly dateMs: number;
}

export interface PollPorts<T> {
  /** @throws with a message for people if there is no answer */
  ask(etag: string | null): Promise<Answer<T>>;
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  readonly everyMs: number;
  /** Resolves as soon as the page is visible. */
  untilVisible(): Promise<void>;
  show(state: PollState<T>): void;
}

/** The default polling interval. */
export const EVERY_MS = 2000;

export const LOADING = { status: 'loading', body: null, asOfMs: null, failure: null } as const;

/** Polls until `isOver`. Keeps only the last answer. */
export async function poll<T>(ports: PollPorts<T>, isOver: () => boolean): Promise<void> {
  const { clock } = ports;
  let state: PollState<T> = { ...LOADING, nowMs: clock.now() };
  let etag: string | null = null;
  let aheadMs = Number.NEGATIVE_INFINITY;
  while (!isOver()) {
    await ports.untilVisible();
    const beganMs = clock.now();
    try {
      const answer = await ports.ask(etag);
      etag = answer.etag;
      aheadMs = offset(aheadMs, answer.dateMs - clock.now());
      const nowMs = clock.now() + aheadMs;
      state = { status: 'live', body: answer.body ?? state.body, asOfMs: nowMs, nowMs, failure: null };
    } catch (error) {
      state = failed(state, error, clock.now() + (Number.isFinite(aheadMs) ? aheadMs : 0));
    }
    if (isOver()) return;
    ports.show(state);
    await clock.sleep(Math.max(0, ports.everyMs - (clock.now() - beganMs)));
  }
}

/** HTTP dates are truncated to whole seconds, so the greatest offset is the most accurate, unless a clock was set. */
function offset(known: number, read: number): number {
  return read > known || known - read > 1500 ? read : known;
}

function failed<T>({ body, asOfMs, failure }: PollState<T>, error: unknown, nowMs: number): PollState<T> {
  const message = error instanceof Error ? error.message : String(error);
  const sinceMs = failure?.sinceMs ?? nowMs;
  return { status: body === null ? 'failed' : 'stale', body, asOfMs, nowMs, failure: { sinceMs, message } };
}
