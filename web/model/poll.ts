/** What the page knows: figures, and whether they are those of now. */
export interface PollState<T> {
  /** `stale`: there are figures, and further ones cannot be had. */
  readonly status: 'loading' | 'live' | 'stale' | 'failed';
  readonly body: T | null;
  /** When the body was last the server's answer, by the server's clock; null before. */
  readonly asOfMs: number | null;
  /** Now, by the server's clock as far as it is known. */
  readonly nowMs: number;
  readonly failure: { readonly sinceMs: number; readonly message: string } | null;
}

/** A server's answer. `body` is null where nothing has changed. */
export interface Answer<T> {
  readonly body: T | null;
  readonly etag: string | null;
  /** The server's clock. */
  readonly dateMs: number;
}

export interface PollPorts<T> {
  /** @throws with a message for people where there is no answer. */
  ask(etag: string | null): Promise<Answer<T>>;
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  readonly everyMs: number;
  /** Resolves at once where the page can be seen, else when it can be seen again. */
  untilVisible(): Promise<void>;
  show(state: PollState<T>): void;
}

/** Where a page asks for no other. */
export const EVERY_MS = 2000;

export const LOADING = { status: 'loading', body: null, asOfMs: null, failure: null } as const;

/** Asks again and again, until `isOver`. Keeps the last answer, and nothing before it. */
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

/** HTTP's dates have whole seconds, cut off: of several readings the greatest is the nearest, unless a clock was set. */
function offset(known: number, read: number): number {
  return read > known || known - read > 1500 ? read : known;
}

function failed<T>({ body, asOfMs, failure }: PollState<T>, error: unknown, nowMs: number): PollState<T> {
  const message = error instanceof Error ? error.message : String(error);
  const sinceMs = failure?.sinceMs ?? nowMs;
  return { status: body === null ? 'failed' : 'stale', body, asOfMs, nowMs, failure: { sinceMs, message } };
}
