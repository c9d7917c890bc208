/** Formats the models in `sql/`. With `--check` it writes nothing, and fails if a file is not formatted. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FormatOptionsWithLanguage, format } from 'sql-formatter';

const SQL_DIR = join(import.meta.dirname, '../sql');

const style: FormatOptionsWithLanguage = {
  language: 'redshift',
  keywordCase: 'lower',
  functionCase: 'lower',
  dataTypeCase: 'lower',
  logicalOperatorNewline: 'before',
  expressionWidth: 100,
  paramTypes: { named: [':'] },
};

/** sql-formatter treats every `from` as a clause, so the one in `extract(epoch from …)` is hidden from it. */
const HIDDEN = 'fr0m';
const FROM_OF_FUNCTION = /\b((?:extract|trim|substring|overlay)\s*\([^()]*?)\bfrom\b/gi;

const formatted = (sql: string) =>
  format(sql.replace(FROM_OF_FUNCTION, `$1${HIDDEN}`), style).replaceAll(new RegExp(`\\b${HIDDEN}\\b`, 'g'), 'from');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const files = (await readdir(SQL_DIR, { recursive: true })).filter((name) => name.endsWith('.sql')).sort();
for (const file of files) {
  const found = await readFile(join(SQL_DIR, file), 'utf8');
  const wanted = `${formatted(found)}\n`;
  if (found === wanted) continue;
  if (values.check) {
    process.stderr.write(
      `sql/${file}: expected SQL formatted by sql-formatter, found another format; run npm run format\n`,
    );
    process.exitCode = 1;
  } else {
    await writeFile(join(SQL_DIR, file), wanted);
  }
}
