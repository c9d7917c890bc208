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
  /** In the files. */
  readonly name: string;
  /** In the table, since they were added to it. */
  readonly renamed: string;
  /** As Iceberg spells it. */
  readonly type: string;
}

export interface IcebergReader {
  /** The rows of Parquet files that were added to a table, whose columns were then renamed: its ids decide what is what. */
  read(folder: string, files: readonly string[], columns: readonly IcebergColumn[]): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** PyIceberg, which we did not write. */
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
