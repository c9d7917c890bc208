import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pythonEnvironment } from './python-environment.ts';
import type { TestServer } from './requirement.ts';

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'iceberg.py');

/** A column of the Iceberg table. */
interface IcebergColumn {
  readonly id: number;
  /** The name in the files. */
  readonly name: string;
  /** The name in the table, renamed after the files were added. */
  readonly renamed: string;
  /** Iceberg's name for the type. */
  readonly type: string;
}

export interface IcebergReader {
  /**
   * The rows of Parquet files that were added to a table whose columns were then renamed, so that only the field ids
   * identify the columns.
   */
  read(folder: string, files: readonly string[], columns: readonly IcebergColumn[]): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** PyIceberg, an independent implementation. */
export const icebergReader: TestServer<IcebergReader> = {
  name: 'PyIceberg',
  install: () => pythonEnvironment('iceberg-reader.txt'),
  async start() {
    const python = await pythonEnvironment('iceberg-reader.txt');
    return {
      async read(folder, files, columns) {
        const child = spawn(python, [PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
        child.stdin.end(JSON.stringify({ folder, files, columns }));
        const [output, errors, [code]] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, 'close'),
        ]);
        if (code !== 0)
          throw new Error(`PyIceberg: expected exit code 0, found ${code}: ${errors.trim().slice(-2000)}`);
        return JSON.parse(output);
      },
      stop: async () => {},
    };
  },
};
