/** Reads SQL text outside comments, strings and quoted names. */

const QUIET = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
const PARAMETER = /(?<![:\w]):([a-z_][a-z0-9_]*)/g;

/** The text with comments, strings and quoted names blanked out; every other character keeps its position. */
export function bareSql(sql: string): string {
  return sql.replace(QUIET, (quiet) => quiet.replace(/[^\n]/g, ' '));
}

/** The named parameters that the statement uses, each once, in the order of their first use. */
export function parametersOf(sql: string): readonly string[] {
  return [...new Set([...bareSql(sql).matchAll(PARAMETER)].map(([, name]) => name as string))];
}

/** The statement with each `:name` replaced. */
export function replaceParameters(sql: string, replacement: (name: string) => string): string {
  return replaceBare(sql, PARAMETER, (_, name = '') => replacement(name));
}

/** The statement with unquoted occurrences of these words put in double quotes. Words are in lower case. */
export function quoteWords(sql: string, words: readonly string[]): string {
  return replaceBare(sql, new RegExp(`\\b(?:${words.join('|')})\\b`, 'g'), (word) => `"${word}"`);
}

function replaceBare(sql: string, pattern: RegExp, replacement: (...match: string[]) => string): string {
  const parts: string[] = [];
  let copied = 0;
  for (const match of bareSql(sql).matchAll(pattern)) {
    parts.push(sql.slice(copied, match.index), replacement(...match));
    copied = match.index + match[0].length;
  }
  return parts.join('') + sql.slice(copied);
}
