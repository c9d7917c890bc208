import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { KafkaSecurity } from '../adapters/kafka/kafka-security.ts';
import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import { consumerGroup } from '../derive/topic-readers.ts';
import type { EventLog } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import { openKafkaLog } from './event-log.ts';
import { dataFolder } from './folder/data-folder.ts';
import { kafkaSecurityOf } from './kafka-security.ts';
import type { Check } from './machine-checks.ts';

const CONNECT_MS = 3000;

interface Place {
  readonly host: string;
  readonly port: number;
}

/** The name of a step, and its check, which returns what it found or throws an error that says what to do. */
type Step = readonly [name: string, run: () => Promise<string>];

/**
 * Checks the connection to the topics step by step: for each broker its name, its port, TLS and the login, then the
 * topics, then a consumer group. Stops at the first failing step. Read-only.
 */
export async function brokerChecks(settings: Settings, contracts: readonly Contract[]): Promise<readonly Check[]> {
  const brokers = settings.brokers.split(',').flatMap((broker) => broker.trim() || []);
  if (brokers.length === 0) return [];
  let security: KafkaSecurity;
  try {
    security = await kafkaSecurityOf(settings);
  } catch (error) {
    return [{ name: 'Kafka settings', isGood: false, found: messageOf(error) }];
  }
  const ofBrokers = await Promise.all(brokers.map((broker) => run(`broker ${broker}`, brokerSteps(broker, security))));
  const isReachable = ofBrokers.some((checks) => checks.every(({ isGood }) => isGood));
  return [...ofBrokers.flat(), ...(isReachable ? await clusterChecks(settings, contracts) : [])];
}

async function run(of: string, steps: readonly Step[]): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [name, step] of steps) {
    try {
      checks.push({ name: `${of}: ${name}`, isGood: true, found: await step() });
    } catch (error) {
      return [...checks, { name: `${of}: ${name}`, isGood: false, found: messageOf(error) }];
    }
  }
  return checks;
}

function brokerSteps(broker: string, { ssl, sasl }: KafkaSecurity): readonly Step[] {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(broker) ?? [];
  const place = { host, port: Number(port) };
  const login: Step = [
    sasl === undefined ? 'Kafka' : 'login',
    async () => {
      const { probeBroker } = await import('../adapters/kafka/probe-broker.ts');
      const count = await probeBroker(broker, {
        ...(ssl !== undefined && { ssl }),
        ...(sasl !== undefined && { sasl }),
      });
      return `${sasl === undefined ? 'answers' : `logged in with ${sasl.mechanism}`}; ${count} in the cluster`;
    },
  ];
  return [
    ['name', () => nameOf(host)],
    ['port', () => portOf(place)],
    ...(ssl === undefined ? [] : [['TLS', () => tlsOf(place, ssl)] as const]),
    login,
  ];
}

async function nameOf(host: string): Promise<string> {
  try {
    const { address } = await lookup(host);
    return address === host ? 'an address' : address;
  } catch (error) {
    throw new Error(`${messageOf(error)}; is the name right, and does this machine’s DNS know it?`, { cause: error });
  }
}

async function portOf(place: Place): Promise<string> {
  try {
    await answered(connect(place), 'connect');
    return 'open';
  } catch (error) {
    throw new Error(`${messageOf(error)}; is a broker running there?`, { cause: error });
  }
}

async function tlsOf(place: Place, ssl: KafkaSecurity['ssl']): Promise<string> {
  const { kafkaAdvice } = await import('../adapters/kafka/kafka-trouble.ts');
  const material = typeof ssl === 'object' ? ssl : {};
  const servername = isIP(place.host) ? {} : { servername: place.host };
  const socket = connectTls({ ...place, ...servername, ...material });
  try {
    await answered(socket, 'secureConnect');
    return socket.getProtocol() ?? 'TLS';
  } catch (error) {
    throw new Error(`${messageOf(error)}; ${kafkaAdvice(error) ?? 'does this port speak TLS?'}`, { cause: error });
  }
}

function answered(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.setTimeout(CONNECT_MS, () => end(() => reject(new Error(`no answer in ${CONNECT_MS / 1000} s`))));
    socket.on(event, () => end(resolve));
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => reject(new Error('the broker closed the connection')));
  });
}

async function clusterChecks(settings: Settings, contracts: readonly Contract[]): Promise<readonly Check[]> {
  const log = await openKafkaLog({
    ...{ folder: dataFolder(settings.dataDir), settings, warn: () => {} },
    clock: { now: Date.now, sleep: () => Promise.resolve() },
  });
  const there: Contract[] = [];
  try {
    return await run('Kafka', [
      ['topics', () => topicsOf(log, { settings, contracts, there })],
      ['group', () => groupOf(log, settings, there)],
    ]);
  } finally {
    await log.close();
  }
}

interface Topics {
  readonly settings: Settings;
  readonly contracts: readonly Contract[];
  /** Called with the streams whose topics exist. */
  readonly there: Contract[];
}

async function topicsOf(log: EventLog, { settings, contracts, there }: Topics): Promise<string> {
  const names = new Set(await log.topics());
  there.push(...contracts.filter((contract) => names.has(topicOf(contract, settings.topics))));
  const missing = contracts.filter(({ name }) => {
    const topic = settings.topics.get(name);
    return topic !== undefined && !names.has(topic);
  });
  if (missing.length > 0) {
    const topics = missing.map((contract) => topicOf(contract, settings.topics)).join(', ');
    throw new Error(`no topic ${topics} that this user may see; create it, or grant this user to describe and read it`);
  }
  for (const contract of there) await log.endOffsets(topicOf(contract, settings.topics));
  return `${there.length} of ${contracts.length} are there; Weir makes the others at the first start`;
}

async function groupOf(log: EventLog, settings: Settings, [first]: readonly Contract[]): Promise<string> {
  if (first === undefined) return 'not tried, as there is no topic yet';
  const group = consumerGroup('weir', 'sink', first);
  await log.committedOffsets(topicOf(first, settings.topics), group);
  return `${group} may be asked for`;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
