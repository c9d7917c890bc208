/**
 * The time between the two checks of an audit: long enough for a writer between an object and the effects that follow
 * it.
 */
export const SETTLE_MS = 2_000;
