import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { clientDefaults } from '../../../lib/adapters/aws/client-defaults.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { installed, runInstaller } from './install.ts';
import { commandOnPath, type Stoppable, type TestServer } from './requirement.ts';
import { freePort, spawnServer } from './spawned-server.ts';

/** Among the S3 servers that start quickly, the one whose `If-None-Match: *` lets one writer win under concurrency. */
const VERSION = 'v1.8.0';
const MODULE = 'github.com/versity/versitygw/cmd/versitygw';
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing-secret' };

interface RunningS3 extends Stoppable {
  readonly endpoint: string;
  /** An existing, empty bucket. */
  readonly bucket: string;
  /** A new client, through another endpoint if given; the caller destroys it. */
  client(by?: string): S3Client;
}

export const s3Server: TestServer<RunningS3> = { name: `versitygw ${VERSION} (S3)`, install, start: startS3 };

/** The folder of the program. */
async function install(): Promise<string> {
  const environment = { GOFLAGS: '-buildvcs=false' };
  return installed(`versitygw-${VERSION}`, (folder) =>
    runInstaller(commandOnPath('go'), ['install', `${MODULE}@${VERSION}`], { ...environment, GOBIN: folder }),
  );
}

/** An S3 server on a free port of 127.0.0.1, over an empty temporary folder. */
async function startS3(): Promise<RunningS3> {
  const command = join(await install(), 'versitygw');
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = await temporaryFolder();
  const bucket = 'weir-test';
  await mkdir(join(folder.path, 'objects', bucket), { recursive: true });
  const metadata = join(folder.path, 'metadata');
  await mkdir(metadata);
  const server = await spawnServer({
    name: 'versitygw',
    command,
    // Metadata is stored next to the objects, because not every file system has extended attributes.
    args: ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', metadata, join(folder.path, 'objects')],
    environment: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
    answers: () => fetch(endpoint),
    readyWithinMs: 20_000,
  });
  return {
    endpoint,
    bucket,
    client: (by = endpoint) =>
      new S3Client({ ...clientDefaults, endpoint: by, credentials, region: 'us-east-1', forcePathStyle: true }),
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
