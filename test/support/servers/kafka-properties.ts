import { join } from 'node:path';

export interface KafkaNode {
  /** Counted from 0. */
  readonly id: number;
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
}

export type KafkaProperties = Readonly<Record<string, string | number | boolean>>;

/** The `server.properties` of one node of a cluster: small, quick to start, and as durable as a real one. */
export function clusterProperties(
  node: KafkaNode,
  nodes: readonly KafkaNode[],
  own: (properties: KafkaProperties) => KafkaProperties = (properties) => properties,
): string {
  const copies = Math.min(nodes.length, 3);
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(node.folder, 'data'),
    'default.replication.factor': copies,
    'min.insync.replicas': Math.max(copies - 1, 1),
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': Math.max(copies - 1, 1),
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // Detects a killed node in two seconds instead of nine.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
  };
  return Object.entries(own(properties))
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
