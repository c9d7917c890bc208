import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startKafka } from './kafka.ts';

/** `npm run kafka`: a real Apache Kafka on this machine until Ctrl-C. */
const HELP = `Starts Apache Kafka on free ports of 127.0.0.1, prints its brokers, and stops it at Ctrl-C.

  npm run kafka                        one node; its data goes with it
  npm run kafka -- --nodes 3           a cluster of three
  npm run kafka -- --dir ./kafka-data  keeps its data there

The first run fetches Kafka with Maven (about a minute); Java 17 or newer is needed.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { nodes: { type: 'string', default: '1' }, dir: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(HELP);
  const nodes = Number(values.nodes);
  if (!/^[1-5]$/.test(values.nodes)) throw new Error(`--nodes: expected 1 to 5, found "${values.nodes}"`);
  const dir = values.dir === undefined ? undefined : resolve(values.dir);
  if (dir !== undefined) await mkdir(dir, { recursive: true });
  const kafka = await startKafka({ nodes, ...(dir !== undefined && { dir }) });
  console.log(kafka.brokers.join(','));
  await new Promise<void>((stop) => {
    process.once('SIGINT', () => stop());
    process.once('SIGTERM', () => stop());
  });
  await kafka.stop();
}

try {
  await main();
} catch (error) {
  console.error(`kafka: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
