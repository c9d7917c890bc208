import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileTrouble, systemCode } from '../../adapters/embedded/file-trouble.ts';

/** The address of a running pipeline, as written to the data folder. */
export interface PipelineAddress {
  readonly pid: number;
  /** An address of this machine. */
  readonly host: string;
  readonly port: number;
  /** Any process that can read the file may use the pipeline. */
  readonly token: string;
}

/** Written atomically, readable by this user only. */
export async function writePipelineFile(path: string, address: PipelineAddress): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rm(aside, { force: true });
    await writeFile(aside, `${JSON.stringify(address)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw fileTrouble('write', path, error);
  }
}

/**
 * The content of the file; null if it does not exist. A killed process leaves its file, so only a response proves life.
 */
export async function readPipelineFile(path: string): Promise<PipelineAddress | null> {
  try {
    const { pid, host, port, token } = JSON.parse(await readFile(path, 'utf8'));
    const isSound =
      Number.isInteger(pid) && Number.isInteger(port) && [host, token].every((text) => typeof text === 'string');
    return isSound ? { pid, host, port, token } : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Removes the file, unless another process has replaced it. */
export async function removePipelineFile(path: string, pid: number): Promise<void> {
  const found = await readPipelineFile(path);
  if (found?.pid === pid) await rm(path, { force: true });
}
