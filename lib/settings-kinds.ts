/** The type of a setting, and the kinds of settings. */

export interface Setting<T> {
  readonly variable: string;
  readonly default: T;
  /** What the number counts, or what the text contains. */
  readonly unit: string;
  readonly description: string;
  /** Never shown in a listing, log or error. */
  readonly isSecret?: true;
  /** The minimum and maximum of a number. */
  readonly range?: readonly [number, number];
  /** @throws SettingError naming the variable, what was expected and what was found. */
  readonly parse: (text: string) => T;
}

export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export const text = (variable: string, fallback: string, unit: string, description: string): Setting<string> => ({
  variable,
  default: fallback,
  unit,
  description,
  parse: (value) => value,
});

export const secret = (...setting: Parameters<typeof text>): Setting<string> => ({
  ...text(...setting),
  isSecret: true,
});

export const folder = (...setting: Parameters<typeof text>): Setting<string> => ({
  ...text(...setting),
  parse: (found) => {
    if (found === '') throw new SettingError(`${setting[0]}: expected a folder, found an empty text`);
    return found;
  },
});

const number =
  (pattern: RegExp, kind: string) =>
  (
    variable: string,
    fallback: number,
    unit: string,
    description: string,
    [least, most]: readonly [number, number],
  ): Setting<number> => ({
    variable,
    default: fallback,
    unit,
    description,
    range: [least, most],
    parse: (value) => {
      const parsed = Number(value);
      if (!pattern.test(value) || parsed < least || parsed > most) {
        throw new SettingError(`${variable}: expected ${kind} from ${least} to ${most} (${unit}), found "${value}"`);
      }
      return parsed;
    },
  });

export const integer = number(/^\d+$/, 'a whole number');
export const real = number(/^\d+(\.\d+)?$/, 'a number');

/** An optional number: null when not set. */
export const optional = (setting: Setting<number>): Setting<number | null> => ({ ...setting, default: null });

export const brokerList = (variable: string, description: string): Setting<string> => ({
  ...text(variable, '', 'host:port,…', description),
  parse: (value) => {
    const wrong = value.split(',').find((broker) => !/^\s*[^\s,]+:\d{1,5}\s*$/.test(broker));
    if (wrong !== undefined) throw new SettingError(`${variable}: expected host:port,…, found "${wrong.trim()}"`);
    return value;
  },
});

export const oneOf = <T extends string>(
  variable: string,
  fallback: T,
  choices: readonly T[],
  description: string,
): Setting<T> => ({
  variable,
  default: fallback,
  unit: choices.join(' | '),
  description,
  parse: (value) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new SettingError(`${variable}: expected ${choices.join(' or ')}, found "${value}"`);
    return found;
  },
});

/** `stream=value` pairs, comma separated. */
export const perStream = <T>(
  variable: string,
  unit: string,
  description: string,
  parseValue: (value: string) => T | undefined,
): Setting<ReadonlyMap<string, T>> => ({
  variable,
  default: new Map(),
  unit,
  description,
  parse: (value) => {
    const entries = new Map<string, T>();
    for (const pair of value.split(',').map((part) => part.trim())) {
      if (pair === '') continue;
      const [stream, given, ...rest] = pair.split('=');
      const parsed = given === undefined ? undefined : parseValue(given);
      if (!stream || parsed === undefined || rest.length > 0) {
        throw new SettingError(`${variable}: expected ${unit}, found "${pair}"`);
      }
      entries.set(stream, parsed);
    }
    return entries;
  },
});
