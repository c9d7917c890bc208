import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporary-folder.ts';
import { installMoto } from './moto.ts';

const run = promisify(execFile);

/** Checks only whether the SQL is Redshift's, with one rule that the files already follow. `:name` is a parameter. */
const CONFIGURATION = `[sqlfluff]
dialect = redshift
templater = placeholder
rules = LT12
large_file_skip_byte_limit = 0
[sqlfluff:templater:placeholder]
param_style = colon
`;

interface FileReport {
  readonly filepath: string;
  readonly violations: readonly { readonly code: string; readonly description: string }[];
}

/** A linter is not a server, so there is nothing to start. */
export const sqlfluff = { name: 'sqlfluff', install: installMoto, start: async () => ({ stop: async () => {} }) };

/**
 * The errors of sqlfluff's Redshift parser in these statements, as `index: message`. One call for all of them takes a
 * second, plus a twentieth of a second for each.
 * @see https://docs.sqlfluff.com/en/stable/reference/dialects.html
 */
export async function notRedshift(statements: readonly string[]): Promise<readonly string[]> {
  const python = join(await installMoto(), 'bin', 'python');
  const folder = await temporaryFolder();
  try {
    const dir = join(folder.path, 'statements');
    await mkdir(dir);
    const config = join(folder.path, 'sqlfluff.cfg');
    await writeFile(config, CONFIGURATION);
    await Promise.all(statements.map((sql, index) => writeFile(join(dir, `${index}.sql`), `${sql.trimEnd()}\n`)));
    const args = [
      '-m',
      'sqlfluff',
      'lint',
      '--config',
      config,
      '--ignore-local-config',
      '--processes',
      '0',
      '--format',
      'json',
      dir,
    ];
    // It exits with 1 if it has findings, and reports them in the same way.
    const { stdout } = await run(python, args, { maxBuffer: 64 * 1024 * 1024 }).catch((error) => {
      if (error.code === 1 && String(error.stdout).startsWith('[')) return { stdout: String(error.stdout) };
      throw error;
    });
    const reports: readonly FileReport[] = JSON.parse(stdout);
    if (reports.length !== statements.length) {
      throw new Error(`sqlfluff: expected ${statements.length} files, found ${reports.length}`);
    }
    return reports.flatMap(({ filepath, violations }) =>
      violations.map(({ code, description }) => `${basename(filepath, '.sql')}: ${code} ${description}`),
    );
  } finally {
    await folder.remove();
  }
}
