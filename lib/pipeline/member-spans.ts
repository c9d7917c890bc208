const QUOTE = 0x22;
const SPACE = 0x20;
const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;

/** The characters of a key besides its name: two quotes and a colon. */
const KEY_CHARACTERS = 3;

/**
 * Finds members' values in a record that begins at `start`: the value of the member number n is in `spans` from `2n` up
 * to, not including, `2n + 1`; both are −1 if the record does not have it.
 */
export type MemberSpans = (bytes: Uint8Array, start: number, spans: Int32Array) => void;

/**
 * Returns how to find members of a flat JSON object by counting its members. It relies on what a shape expression
 * checks: the object's keys are exactly `keys`, in this order; its values are numbers, literals and strings without
 * escapes; only a single space may follow a comma or a colon.
 * @param keys in ASCII.
 * @param wanted the members to find.
 */
export function memberSpans(keys: readonly string[], wanted: readonly string[]): MemberSpans {
  const members = keys.map((key) => ({ skipped: key.length + KEY_CHARACTERS, index: wanted.indexOf(key) }));
  while (members.at(-1)?.index === -1) members.pop();

  return (bytes, start, spans) => {
    spans.fill(-1);
    let at = start;
    for (let member = 0; member < members.length; member++) {
      const { skipped, index } = members[member] as (typeof members)[number];
      at = afterSpace(bytes, at + 1);
      at = afterSpace(bytes, at + skipped);
      const end = endOfValue(bytes, at);
      if (index >= 0) {
        spans[2 * index] = at;
        spans[2 * index + 1] = end;
      }
      at = end;
    }
  };
}

function afterSpace(bytes: Uint8Array, at: number): number {
  return bytes[at] === SPACE ? at + 1 : at;
}

function endOfValue(bytes: Uint8Array, start: number): number {
  let at = start;
  if (bytes[at] === QUOTE) {
    do at++;
    while (bytes[at] !== QUOTE);
    return at + 1;
  }
  while (bytes[at] !== COMMA && bytes[at] !== CLOSING_BRACE) at++;
  return at;
}
