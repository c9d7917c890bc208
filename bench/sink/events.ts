import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Random, random } from '../../test/support/random.ts';
import { benchOrders } from './contract.ts';

const SEED = 20_260_201;
export const START_MS = Date.UTC(2026, 0, 31, 13);
export const EVENTS_PER_SECOND = 1000;

/** A folder with one NDJSON file per kafka partition, created once per number of events. */
export async function eventFiles(cache: string, events: number): Promise<readonly string[]> {
  const dir = join(cache, `orders-${SEED}-${events}`);
  const files = Array.from({ length: benchOrders.kafkaPartitions }, (_, index) => join(dir, `p${index}.ndjson`));
  if (files.every((file) => existsSync(file))) return files;
  await mkdir(dir, { recursive: true });
  for (const [kafkaPartition, file] of files.entries()) {
    const choices = random(SEED + kafkaPartition);
    const handle = `${file}.part`;
    await writeFile(handle, linesOf(choices, kafkaPartition, Math.ceil(events / files.length)));
    await rename(handle, file);
  }
  return files;
}

function* linesOf(choices: Random, kafkaPartition: number, count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    yield `${JSON.stringify(orderOf(choices, index * benchOrders.kafkaPartitions + kafkaPartition))}\n`;
  }
}

const COUNTRIES = ['Germany', 'Italy', 'Spain', 'France', 'Poland'];
const NAMES = ['Jörg Müller', 'Chiara Rossi', 'María García', 'Zoé Lefèvre', 'Łukasz Nowak', 'Ann Smith'];
const WORDS = ['please', 'leave', 'at', 'the', 'door', 'ring', 'twice', 'gift', 'wrapped', 'no', 'paper', 'thanks'];

function orderOf(choices: Random, sequence: number) {
  const seconds = sequence / EVENTS_PER_SECOND;
  return {
    order_id: `order-${String(sequence).padStart(12, '0')}`,
    created_at: new Date(START_MS + Math.floor(seconds * 1000)).toISOString(),
    customer_id: `customer-${choices.below(100_000)}`,
    customer_name: choices.pick(NAMES),
    country: choices.pick(COUNTRIES),
    currency: 'EUR',
    amount: (1 + choices.below(1_000_000)) / 100,
    quantity: 1 + choices.below(10),
    sequence,
    score: choices.below(1_000_000_000) / 997,
    paid: choices.chance(0.5),
    note: Array.from({ length: 16 }, () => choices.pick(WORDS)).join(' '),
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
  };
}
