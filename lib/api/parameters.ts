import { canonicalTimestamp, epochMs } from '../pipeline/timestamps.ts';
import { ApiError } from './api-error.ts';
import type { Parameter } from './route.ts';

/** The query's parameters by name. @throws ApiError for one that the route does not accept, or that is repeated */
export function checkQuery(
  parameters: readonly Parameter<unknown>[],
  query: URLSearchParams,
): ReadonlyMap<string, string> {
  const names = parameters.map(({ name }) => name);
  const found = new Map<string, string>();
  for (const [name, text] of query) {
    if (!names.includes(name)) {
      const expected = names.length === 0 ? 'no parameters' : `only the parameters ${names.join(', ')}`;
      throw invalid(name, `expected ${expected}, found another; leave it out`);
    }
    if (found.has(name)) throw invalid(name, 'expected it once, found it twice; leave one out');
    found.set(name, text);
  }
  return found;
}

const MAX_LIMIT = 10_000;

/** The number of rows in an answer. */
export function limitParameter(fallback: number): Parameter<number> {
  return {
    name: 'limit',
    description: 'Maximum number of rows per page; `next` is the token of the following page.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: fallback },
    absent: fallback,
    read(text) {
      const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      if (limit >= 1 && limit <= MAX_LIMIT) return limit;
      throw invalid('limit', `expected a whole number from 1 to ${MAX_LIMIT}, found another text`);
    },
  };
}

/** A non-negative integer. */
export function wholeNumber(name: string, description: string): Parameter<number | undefined> {
  return {
    name,
    description,
    schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    absent: undefined,
    read(text) {
      if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
      throw invalid(name, 'expected a whole number from 0, found another text');
    },
  };
}

export function textParameter(name: string, description: string): Parameter<string | undefined> {
  return { name, description, schema: { type: 'string' }, absent: undefined, read: (text) => text };
}

/** `true` or `false`; defaults to false. */
export function flagParameter(name: string, description: string): Parameter<boolean> {
  return {
    name,
    description,
    schema: { type: 'boolean', default: false },
    absent: false,
    read(text) {
      if (text === 'true' || text === 'false') return text === 'true';
      throw invalid(name, 'expected true or false, found another text');
    },
  };
}

export const nextParameter = textParameter('next', 'The `next` of the answer before: asks for the rows behind it.');

/** A time in seconds since 1970, rounded up to the first whole second that is not before it. */
export function timeParameter(name: string, description: string): Parameter<number | undefined> {
  return {
    name,
    description: `${description} UTC unless it says otherwise: \`2026-01-31T10:45:00Z\`.`,
    schema: { type: 'string', format: 'date-time' },
    absent: undefined,
    read(text) {
      const canonical = canonicalTimestamp(text);
      if (canonical !== undefined) return Math.max(0, Math.ceil(epochMs(canonical) / 1000));
      throw invalid(name, 'expected a time such as 2026-01-31T10:45:00Z, found another text');
    },
  };
}

/** A day in UTC since 1970, as `2026-01-31`. */
export function dayParameter(name: string, description: string): Parameter<string | undefined> {
  return {
    name,
    description,
    schema: { type: 'string', format: 'date' },
    absent: undefined,
    read(text) {
      const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
      if (ms >= 0 && new Date(ms).toISOString().startsWith(text)) return text;
      throw invalid(name, 'expected a day such as 2026-01-31, found another text');
    },
  };
}

/** One of a fixed set of words; undefined if omitted. */
export function choiceParameter(
  name: string,
  description: string,
  choices: readonly string[],
): Parameter<string | undefined> {
  return {
    name,
    description,
    schema: { type: 'string', enum: choices },
    absent: undefined,
    read(text) {
      if (choices.includes(text)) return text;
      throw invalid(name, `expected ${choices.join(' or ')}, found another text; correct it or leave it out`);
    },
  };
}

function invalid(parameter: string, message: string): ApiError {
  return new ApiError('invalid_parameter', message, { parameter });
}
