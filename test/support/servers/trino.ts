import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { installed, runInstaller } from './install.ts';
import { javaHome } from './java-home.ts';
import { glueServer } from './moto.ts';
import { commandOnPath, type Stoppable, type TestServer } from './requirement.ts';
import { freePort, spawnServer } from './spawned-server.ts';
import { s3Server } from './versitygw.ts';

const VERSION = '476';
/** It refuses to start on an older one. */
const MIN_JAVA = 24;
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';
const READY_WITHIN_MS = 110_000;
/** The name of Glue's catalogue in Athena. */
const CATALOG = 'awsdatacatalog';
const JVM = [
  ...['-Xmx2G', '-XX:+UseSerialGC', '-Djdk.attach.allowAttachSelf=true', '--enable-native-access=ALL-UNNAMED'],
  '--sun-misc-unsafe-memory-access=allow',
];

type Row = readonly (string | number | boolean | null)[];

export interface RunningTrino extends Stoppable {
  readonly s3: Awaited<ReturnType<typeof s3Server.start>>;
  readonly glue: Awaited<ReturnType<typeof glueServer.start>>;
  /** All rows of a query. @throws with Trino's message */
  query(sql: string): Promise<readonly Row[]>;
}

/**
 * Trino over an S3 server and the Glue emulator, in place of Athena, whose engine it is: it reads the tables as Glue
 * describes them, with none of Weir's code.
 */
export const trinoServer: TestServer<RunningTrino> = {
  name: `Trino ${VERSION} over ${s3Server.name} and ${glueServer.name}`,
  install: () => Promise.all([installTrino(), javaHome(MIN_JAVA), s3Server.install(), glueServer.install()]),
  start,
};

/** The folder of the server's programs, and of its plugins: only Hive's connector. */
function installTrino(): Promise<string> {
  return installed(`trino-${VERSION}`, async (folder) => {
    const unpack = (artifact: string, to: string) =>
      runInstaller(commandOnPath('mvn'), [
        ...['-B', '-ntp', '-q', UNPACK, `-Dartifact=io.trino:${artifact}`, `-DoutputDirectory=${to}`],
      ]);
    await unpack(`trino-server-core:${VERSION}:tar.gz`, folder);
    await unpack(`trino-hive:${VERSION}:zip`, join(folder, 'plugin'));
  });
}

async function start(): Promise<RunningTrino> {
  const [program, java] = [await installTrino(), join(await javaHome(MIN_JAVA), 'bin/java')];
  const [s3, glue] = [await s3Server.start(), await glueServer.start()];
  const folder = await temporaryFolder();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  await writeProperties(join(folder.path, 'etc/config.properties'), {
    coordinator: 'true',
    'node-scheduler.include-coordinator': 'true',
    'http-server.http.port': String(port),
    'discovery.uri': endpoint,
    'plugin.dir': join(program, 'plugin'),
    'catalog.config-dir': join(folder.path, 'etc/catalog'),
  });
  const s3Client = s3.client();
  const { accessKeyId, secretAccessKey } = await s3Client.config.credentials();
  s3Client.destroy();
  await writeProperties(join(folder.path, `etc/catalog/${CATALOG}.properties`), {
    'connector.name': 'hive',
    'hive.metastore': 'glue',
    'hive.metastore.glue.endpoint-url': glue.endpoint,
    'hive.metastore.glue.region': 'us-east-1',
    'hive.metastore.glue.aws-access-key': 'testing',
    'hive.metastore.glue.aws-secret-key': 'testing',
    'fs.native-s3.enabled': 'true',
    's3.endpoint': s3.endpoint,
    's3.region': 'us-east-1',
    's3.path-style-access': 'true',
    's3.aws-access-key': accessKeyId,
    's3.aws-secret-key': secretAccessKey,
  });
  const node = ['-Dnode.environment=test', '-Dnode.bind-ip=127.0.0.1', '-Dnode.internal-address=127.0.0.1'];
  const server = await spawnServer({
    name: 'Trino',
    command: java,
    args: [
      ...[
        ...JVM,
        '-cp',
        join(program, `trino-server-core-${VERSION}`, 'lib/*'),
        ...node,
        `-Dnode.data-dir=${join(folder.path, 'data')}`,
      ],
      ...[`-Dconfig=${join(folder.path, 'etc/config.properties')}`, 'io.trino.server.TrinoServer'],
    ],
    // It answers 200 long before it is ready.
    answers: () => runQuery(endpoint, 'select 1'),
    readyWithinMs: READY_WITHIN_MS,
  });
  return {
    s3,
    glue,
    query: (sql) => runQuery(endpoint, sql),
    async stop() {
      await Promise.all([server.stop(), s3.stop(), glue.stop()]);
      await folder.remove();
    },
  };
}

async function writeProperties(file: string, properties: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''));
}

interface Results {
  readonly data?: readonly Row[];
  readonly nextUri?: string;
  readonly error?: { readonly message: string };
}

/** @see https://trino.io/docs/476/develop/client-protocol.html */
async function runQuery(endpoint: string, sql: string): Promise<readonly Row[]> {
  const headers = { 'x-trino-user': 'weir', 'x-trino-catalog': CATALOG, 'x-trino-time-zone': 'UTC' };
  const rows: Row[] = [];
  let response = await fetch(`${endpoint}/v1/statement`, { method: 'POST', body: sql, headers });
  for (;;) {
    if (!response.ok) throw new Error(`Trino: HTTP ${response.status}: ${await response.text()}`);
    const { data = [], nextUri, error } = (await response.json()) as Results;
    if (error !== undefined) throw new Error(`Trino: ${error.message}`);
    for (const row of data) rows.push(row);
    if (nextUri === undefined) return rows;
    response = await fetch(nextUri, { headers });
  }
}
