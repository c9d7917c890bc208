/**
 * Bytes in UTF-8 that a text may have, be it a string’s or a nested value’s as JSON. An event with a longer one is refused,
 * because not every reader of its table could show it.
 */
export const MAX_TEXT_BYTES = 65_535;
