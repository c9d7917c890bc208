import { parseJson } from '../../pipeline/json/parse-json.ts';

/** The most characters shown of a value. */
const MAX_SHOWN = 200;

/**
 * The differences between two payloads: `- rating: 9` and `+ rating: 5` for each field, or both texts in full if either
 * is not a JSON object. Empty if they are equivalent.
 */
export function payloadDiff(before: string | null, after: string): readonly string[] {
  if (before === after) return [];
  const old = fieldTexts(before ?? '');
  const made = fieldTexts(after);
  if (old === undefined || made === undefined) return [`- ${cut(before ?? 'null')}`, `+ ${cut(after)}`];
  const names = new Set([...old.keys(), ...made.keys()]);
  return [...names].flatMap((name) => {
    const [left, right] = [old.get(name), made.get(name)];
    if (left === right) return [];
    return [
      ...(left === undefined ? [] : [`- ${name}: ${cut(left)}`]),
      ...(right === undefined ? [] : [`+ ${name}: ${cut(right)}`]),
    ];
  });
}

function fieldTexts(text: string): ReadonlyMap<string, string> | undefined {
  const document = parseJson(text);
  if (typeof document === 'string' || document.members === undefined) return undefined;
  return new Map(document.members.map(({ name, start, end }) => [name, text.slice(start, end)]));
}

const cut = (text: string) => (text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`);
