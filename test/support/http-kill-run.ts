import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { type Random, random } from './random.ts';
import { apiUrl } from './served-weir.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWeir, type WeirProcess, weir } from './weir-process.ts';

export interface HttpKillRun {
  readonly kills: number;
  readonly seed: number;
}

export interface HttpKillResult {
  readonly acknowledged: number;
  readonly refused: number;
  /** Requests that ended without an answer: the fate of their events is unknown. */
  readonly cutOff: number;
  /** Acknowledged events whose masked form is not at the position in their answer. */
  readonly lost: readonly string[];
  /** Answers that do not name exactly the request's bad events, by index, reason and path. */
  readonly wronglyNamed: readonly string[];
  /** Places that contain the unmasked card number. */
  readonly clearCards: readonly string[];
  readonly hasDeadLetters: boolean;
}

const CARD = '4111222233334444';
const CLIENTS = 4;
const BATCH = 60;
/** This many events include one of each refused kind. */
const BAD_EVERY = 17;
const QUICK = { WEIR_BATCH_SIZE: '500', WEIR_BATCH_WINDOW_SECONDS: '0.1', WEIR_TRANSFORM_EVERY_SECONDS: '3600' };

interface SentEvent {
  readonly text: string;
  readonly refusal?: { readonly reason: string; readonly path: string };
}

interface Tally {
  number: number;
  refused: number;
  cutOff: number;
  /** `kafka partition/offset` to the event's own number. */
  readonly acknowledged: Map<string, string>;
  readonly wronglyNamed: string[];
  readonly answers: string[];
}

/**
 * Posts numbered profiles to a running pipeline over several connections, kills it at random moments with SIGKILL and
 * restarts it; at the end reads the lake, and searches everything that was written or printed for the card number.
 */
export async function httpKillRun({ kills, seed }: HttpKillRun): Promise<HttpKillResult> {
  const choices = random(seed);
  const folder = await temporaryFolder();
  const args = ['--no-generate', '--data-dir', folder.path];
  const tally: Tally = { number: 0, refused: 0, cutOff: 0, acknowledged: new Map(), wronglyNamed: [], answers: [] };
  const said: string[] = [];
  try {
    for (let kill = 0; kill < kills; kill++) {
      const life = startWeir(['start', ...args, '--port', '0'], QUICK);
      await oneLife(life, { dir: folder.path, choices, tally });
      said.push(life.output.stdout, life.output.stderr);
    }
    const last = await weir(['start', '--once', ...args], QUICK);
    if (last.code !== 0) throw new Error(`weir start --once failed: ${JSON.stringify(last)}`);
    const { lost, hasDeadLetters } = await inLake(folder.path, tally.acknowledged);
    const { acknowledged, refused, cutOff, wronglyNamed } = tally;
    const clearCards = [
      ...(await filesWithCard(folder.path)),
      ...said.filter(hasCard).map(() => 'the output of weir start'),
      ...tally.answers.filter(hasCard).map(() => 'an answer'),
    ];
    return { acknowledged: acknowledged.size, refused, cutOff, lost, wronglyNamed, clearCards, hasDeadLetters };
  } finally {
    await folder.remove();
  }
}

const hasCard = (text: string) => text.includes(CARD);

interface Life {
  readonly dir: string;
  readonly choices: Random;
  readonly tally: Tally;
}

/** From a start to a SIGKILL during requests. */
async function oneLife(life: WeirProcess, { dir, choices, tally }: Life): Promise<void> {
  const url = new URL('events/people.profiles', await apiUrl(life, dir));
  const clients = Array.from({ length: CLIENTS }, () => postUntilCut(url, tally));
  await delay(choices.below(800));
  life.kill('SIGKILL');
  await Promise.all([...clients, life.ended]);
}

async function postUntilCut(url: URL, tally: Tally): Promise<void> {
  for (;;) {
    const events = Array.from({ length: BATCH }, () => eventOf(tally.number++));
    const body = events.map(({ text }) => text).join('\n');
    const init = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body };
    // A kill breaks the connection: nothing in that request was acknowledged.
    const text = await fetch(url, init)
      .then((response) => response.text())
      .catch(() => undefined);
    if (text === undefined) {
      tally.cutOff += 1;
      return;
    }
    tally.answers.push(text);
    count(events, text, tally);
  }
}

function eventOf(number: number): SentEvent {
  const event = (more: object) =>
    JSON.stringify({ event_timestamp: '2026-01-31T12:00:00Z', event_id: `${number}`, ...more });
  switch (number % BAD_EVERY) {
    case 3:
      return { text: event({ credit_card_number: CARD }).slice(0, -1), refusal: { reason: 'not_json', path: '' } };
    case 9:
      return {
        text: event({ event_timestamp: CARD, credit_card_number: CARD }),
        refusal: { reason: 'bad_format', path: 'event_timestamp' },
      };
    default:
      return { text: event({ credit_card_number: CARD }) };
  }
}

interface AnswerEvent {
  readonly index: number;
  readonly status: string;
  readonly kafka_partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly path: string;
}

function count(events: readonly SentEvent[], answer: string, tally: Tally): void {
  const found: readonly AnswerEvent[] = JSON.parse(answer).events ?? [];
  const isNamed = events.every(({ refusal }, index) => {
    const { index: named, status, reason, path } = found[index] ?? {};
    if (named !== index) return false;
    return refusal === undefined
      ? status === 'accepted' || status === 'unacknowledged'
      : status === 'refused' && reason === refusal.reason && path === refusal.path;
  });
  if (!isNamed || found.length !== events.length) tally.wronglyNamed.push(answer);
  for (const { index, status, kafka_partition, offset } of found) {
    if (status === 'refused') tally.refused += 1;
    const { event_id: number } = status === 'accepted' ? JSON.parse(events[index]?.text ?? '{}') : {};
    if (number !== undefined) tally.acknowledged.set(`${kafka_partition}/${offset}`, number);
  }
}

async function inLake(dir: string, acknowledged: ReadonlyMap<string, string>) {
  const { connection } = await openDuckdb();
  const objects = join(dataFolder(dir).lake, 'people_profiles', '*/*/*/*.parquet');
  const rows = await connection.runAndReadAll(
    `select concat(kafka_partition, '/', kafka_offset) as position, event_id from read_parquet('${objects}')
    where credit_card_number = '************4444'`,
  );
  const found = new Map(rows.getRowObjectsJson().map(({ position, event_id }) => [String(position), String(event_id)]));
  const folders = await readdir(dataFolder(dir).lake);
  const lost = [...acknowledged].filter(([position, number]) => found.get(position) !== number);
  return { lost: lost.map(([position]) => position), hasDeadLetters: folders.includes('dead_letters') };
}

/** Parquet may be compressed, so its text is searched with SQL, in the rows as DuckDB reads them. */
async function filesWithCard(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  const found: string[] = [];
  const { connection } = await openDuckdb();
  for (const path of paths) {
    if ((await readFile(path)).includes(CARD)) found.push(path);
    if (!path.endsWith('.parquet')) continue;
    const rows = await connection.runAndReadAll(`select count(*) from (from read_parquet('${path}')) as row
      where contains(cast(row as varchar), '${CARD}')`);
    if (Number(rows.getRows()[0]?.[0]) > 0) found.push(path);
  }
  return found;
}
