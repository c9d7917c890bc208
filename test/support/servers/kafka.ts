import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { temporaryFolder } from '../temporary-folder.ts';
import { installed, runInstaller } from './install.ts';
import { clusterProperties, type KafkaNode, type KafkaProperties } from './kafka-properties.ts';
import { commandOnPath, type Stoppable, type TestServer } from './requirement.ts';
import { freePort, type SpawnedServer, spawnServer } from './spawned-server.ts';

const VERSION = '4.3.1';
const POM = join(import.meta.dirname, 'kafka-pom.xml');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const CLUSTER_ID = 'd2Vpci10ZXN0LWNsdXN0ZQ';
const READY_WITHIN_MS = 60_000;
const run = promisify(execFile);

export interface RunningKafka extends Stoppable {
  /** `host:port` of each node, or of an already running server if `WEIR_TEST_BROKERS` names one. */
  readonly brokers: readonly string[];
}

/** A cluster started here, whose nodes can be stopped individually. They are counted from 0. */
export interface KafkaCluster extends RunningKafka {
  /** Kills a node with SIGKILL. */
  kill(node: number): Promise<void>;
  /** Restarts a killed node on the same data and port. Resolves once it accepts connections. */
  restart(node: number): Promise<void>;
}

const runningBrokers = process.env.WEIR_TEST_BROKERS;

/** A single node, or the cluster that `WEIR_TEST_BROKERS` names. */
export const kafkaServer: TestServer<RunningKafka> = {
  name: runningBrokers ? `Kafka at ${runningBrokers}` : `Apache Kafka ${VERSION}`,
  install: async () => (runningBrokers ? undefined : installKafka()),
  start: async () =>
    runningBrokers ? { brokers: runningBrokers.split(','), stop: async () => {} } : startKafka({ nodes: 1 }),
};

/** A single node that a test may kill: never an already running one. */
export const kafkaNodeServer: TestServer<KafkaCluster> = clusterServer(1);

/** Three nodes: each record is on all of them and acknowledged by two. */
export const kafkaClusterServer: TestServer<KafkaCluster> = clusterServer(3);

function clusterServer(nodes: number): TestServer<KafkaCluster> {
  return {
    name: `Apache Kafka ${VERSION}, nodes: ${nodes}`,
    install: installKafka,
    start: () => startKafka({ nodes }),
  };
}

/** The folder with Kafka's jars. @throws ServerMissingError without Java, or without Maven if the cache is empty */
export async function installKafka(): Promise<string> {
  commandOnPath('java');
  return installed(`kafka-${VERSION}`, (folder) =>
    runInstaller(commandOnPath('mvn'), [
      ...['-B', '-ntp', '-q', '-f', POM, COPY],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
    ]),
  );
}

interface KafkaOptions {
  readonly nodes: number;
  readonly dir?: string;
  /** 16 bytes as base64url; for a cluster in addition to the default one. */
  readonly clusterId?: string;
  /** Changes the `server.properties` of every node. */
  readonly properties?: (usual: KafkaProperties) => KafkaProperties;
  readonly formatArguments?: readonly string[];
}

/**
 * Starts Kafka in KRaft mode, each node both broker and controller, on free ports of 127.0.0.1. Without `dir`, its data
 * is in a temporary folder that `stop` deletes.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaCluster> {
  const jars = await installKafka();
  const temporary = options.dir === undefined ? await temporaryFolder() : undefined;
  const dir = options.dir ?? temporary?.path ?? '';
  const nodes: KafkaNode[] = [];
  for (let id = 0; id < options.nodes; id += 1) {
    const folder = join(dir, `node-${id}`);
    nodes.push({ id, folder, port: await freePort(), controllerPort: await freePort() });
  }
  const servers = new Map<number, SpawnedServer>();
  const brokers = nodes.map(({ port }) => `127.0.0.1:${port}`);

  const startNode = async (node: KafkaNode) => servers.set(node.id, await spawnNode(jars, node));
  const stop = async () => {
    // Temporary data needs no orderly shutdown.
    await Promise.all([...servers.values()].map((server) => (temporary ? server.kill() : server.stop())));
    await temporary?.remove();
  };

  try {
    for (const node of nodes) await formatNode(jars, node, { ...options, nodes });
    await Promise.all(nodes.map(startNode));
    await allRegistered(brokers);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers,
    stop,
    kill: async (id) => servers.get(id)?.kill(),
    restart: async (id) => {
      const node = nodes[id];
      if (node === undefined) throw new Error(`expected a node from 0 to ${nodes.length - 1}, found ${id}`);
      await startNode(node);
    },
  };
}

interface Formatting extends Omit<KafkaOptions, 'nodes'> {
  readonly nodes: readonly KafkaNode[];
}

async function formatNode(jars: string, node: KafkaNode, options: Formatting): Promise<void> {
  const { nodes, clusterId = CLUSTER_ID, formatArguments = [] } = options;
  const properties = join(node.folder, 'server.properties');
  await mkdir(join(node.folder, 'tmp'), { recursive: true });
  const isFormatted = existsSync(join(node.folder, 'data', 'meta.properties'));
  await writeFile(properties, clusterProperties(node, nodes, options.properties));
  if (isFormatted) return;
  await rm(join(node.folder, 'data'), { recursive: true, force: true });
  const tool = [
    'kafka.tools.StorageTool',
    'format',
    '--cluster-id',
    clusterId,
    '--config',
    properties,
    ...formatArguments,
  ];
  await run('java', [...javaOptions(jars, node), ...tool]);
}

function javaOptions(jars: string, node: KafkaNode): string[] {
  return [
    ...['-Xms64m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    `-Djava.io.tmpdir=${join(node.folder, 'tmp')}`,
    ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(jars, '*')],
  ];
}

function spawnNode(jars: string, node: KafkaNode): Promise<SpawnedServer> {
  return spawnServer({
    name: `Kafka node ${node.id}`,
    command: 'java',
    args: [...javaOptions(jars, node), 'kafka.Kafka', join(node.folder, 'server.properties')],
    answers: () => brokersSeen([`127.0.0.1:${node.port}`]),
    readyWithinMs: READY_WITHIN_MS,
  });
}

async function allRegistered(brokers: readonly string[]): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while ((await brokersSeen(brokers)) < brokers.length) {
    if (Date.now() > deadline)
      throw new Error(`expected ${brokers.length} Kafka nodes to find each other, they did not`);
    await sleep(100);
  }
}

/** The number of nodes that the cluster reports. */
async function brokersSeen(brokers: readonly string[]): Promise<number> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } finally {
    await admin.disconnect();
  }
}
