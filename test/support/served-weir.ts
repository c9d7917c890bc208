import { readPipelineFile } from '../../lib/local/control/pipeline-file.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWeir, type WeirProcess } from './weir-process.ts';

/** `weir start` as a separate process, with the address of its API. */
export interface ServedWeir {
  /** `http://127.0.0.1:40123/` */
  readonly url: string;
  /** This test's folder, which contains the data folder. */
  readonly folder: string;
  readonly process: WeirProcess;
  /** Ends the process, and removes the folder. */
  stop(): Promise<void>;
}

export async function servedWeir(
  args: readonly string[] = ['--no-generate'],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServedWeir> {
  const folder = await temporaryFolder();
  const process = startWeir(['start', ...args, '--port', '0', '--data-dir', folder.path], environment);
  const url = await apiUrl(process, folder.path);
  return {
    url,
    folder: folder.path,
    process,
    async stop() {
      process.kill('SIGTERM');
      await process.ended;
      await folder.remove();
    },
  };
}

/** The URL of a starting pipeline's API. */
export async function apiUrl(process: WeirProcess, dataDir: string): Promise<string> {
  await process.untilPrinted(/REST API at/);
  const address = await readPipelineFile(dataFolder(dataDir).pipelineFile);
  if (address === null) throw new Error(`expected pipeline.json in ${dataDir}, found none`);
  return `http://127.0.0.1:${address.port}/`;
}
