/** Between two looks of an audit: long enough for a writer that was between its object and what follows from it. */
export const SETTLE_MS = 2_000;
