import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireWriterLock } from '../../lib/adapters/embedded/writer-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { loadedBy, startWeir, type WeirProcess, weir } from '../support/weir-process.ts';

const QUICK = { WEIR_BATCH_WINDOW_SECONDS: '0.3', WEIR_RATE: '5' };
const feedback = (rating: unknown) =>
  JSON.stringify({ feedbackId: 'f', customerId: 'c', productId: 'p', rating, feedbackDate: '2026-01-31 13:00:00' });

describe('weir on a laptop', () => {
  let folder: string;
  let dataDir: string[];
  let remove: () => Promise<void>;
  const running: WeirProcess[] = [];

  beforeAll(async () => {
    const made = await temporaryFolder();
    remove = made.remove;
    folder = join(made.path, 'data');
    dataDir = ['--data-dir', folder];
    await writeFile(
      join(made.path, 'events.ndjson'),
      [feedback(5), '', 'nonsense', feedback(9), feedback(1)].join('\n'),
    );
  });
  afterAll(async () => {
    for (const process of running) process.kill('SIGKILL');
    await remove();
  });
  const events = () => join(folder, '..', 'events.ndjson');
  const start = (...args: string[]) => {
    const process = startWeir(['start', ...dataDir, ...args], QUICK);
    running.push(process);
    return process;
  };
  const rows = async (sql: string) => JSON.parse((await weir(['query', '--json', ...dataDir, sql])).stdout);
  const positions = async () => {
    const of = 'count(*) as n, count(distinct (kafka_partition, kafka_offset)) as different';
    return (await rows(`select ${of} from lake.shop_purchases`))[0];
  };

  it('fills the tables of all generated streams; what else runs beside it is served, and SIGKILL loses nothing', async () => {
    const pipeline = start();
    const streams = ['chat.rooms', 'people.profiles', 'search.raw', 'shop.feedback', 'shop.product_views'];
    const all = [...streams, 'shop.purchases', 'shop.transactions'];
    await Promise.all(all.map((stream) => pipeline.untilPrinted(new RegExp(`rows: .*${stream} \\d`))));

    const produced = await weir(['produce', 'shop.purchases', '--count', '2000', '--seed', '7', ...dataDir]);
    expect(produced).toMatchObject({ code: 0, stdout: 'sent 2000 events to shop.purchases, refused 0\n' });
    const { port } = JSON.parse(await readFile(join(folder, 'pipeline.json'), 'utf8'));
    const answer = await fetch(`http://127.0.0.1:${port}/status`);
    const status = (await answer.json()) as { readonly streams: readonly { readonly stream: string }[] };
    const shown = status.streams.map(({ stream }) => stream);
    expect(shown.sort()).toEqual([...all, 'chat.messages', 'search.offers', 'search.processed'].sort());

    const refused = await weir(['reset', '--yes', ...dataDir]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^weir reset: .* is being written by process \d+, .*\n$/);
    const second = await weir(['start', ...dataDir]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`^weir start: .*process ${pipeline.pid}.*\n$`));

    pipeline.kill('SIGKILL');
    await pipeline.ended;
    expect(existsSync(join(folder, 'pipeline.json'))).toBe(true);
  });

  it('produces without a pipeline, whatever the note of a killed one says, and reports what it refused', async () => {
    const strict = await weir(['produce', 'shop.feedback', '--file', events(), '--strict', ...dataDir]);
    expect(strict.code).toBe(1);
    expect(strict.stdout).toBe('sent 2 events to shop.feedback, refused 2\n');
    expect(strict.stderr.replaceAll(events(), 'FILE').split('\n')).toEqual([
      expect.stringMatching(/^refused: FILE line 3: not_json: /),
      expect.stringMatching(/^refused: FILE line 4: rule at rating: /),
      '',
    ]);
    const raw = await weir(['produce', 'shop.feedback', '--file', events(), '--raw', ...dataDir]);
    expect(raw).toMatchObject({ code: 0, stdout: 'sent 4 events to shop.feedback, refused 0\n', stderr: '' });
  });

  it('works off what is on the topics and leaves, dead letters or not', async () => {
    const once = await weir(['start', '--no-generate', '--once', ...dataDir], QUICK);
    expect(once).toMatchObject({ code: 0, stderr: '' });
    expect(once.stdout).toMatch(/ 2 dead letters, lag 0 .*\nstopped\n$/);
    expect(existsSync(join(folder, 'pipeline.json'))).toBe(false);
    const { n, different } = await positions();
    expect(Number(n)).toBeGreaterThan(2000);
    expect(different).toBe(n);
    const letters = await weir(['dlq', 'list', '--stream', 'shop.feedback', ...dataDir]);
    expect(letters.stdout).toMatch(/^reason +stream +dead_letters\n/);
    expect(letters.stdout).toMatch(/not_json +shop\.feedback +1\n/);
    expect(letters.stdout).toMatch(/rule +rating +one_to_five/);
    const [letter] = JSON.parse((await weir(['dlq', 'list', '--json', '--reason', 'rule', ...dataDir])).stdout);
    expect(letter).toMatchObject({ stream: 'shop.feedback', payload: feedback(9) });
  });

  it('stops at the first SIGTERM within five seconds, and takes its note with it', async () => {
    const pipeline = start('--rate', '20');
    await pipeline.untilPrinted(/lag \d.*\(rows/);
    const beganMs = Date.now();
    pipeline.kill('SIGTERM');
    expect(await pipeline.ended).toBe(0);
    expect(Date.now() - beganMs).toBeLessThan(5000);
    expect(pipeline.output.stdout).toMatch(/stopping: .*\n(.*\n)*stopped/);
    expect(existsSync(join(folder, 'pipeline.json'))).toBe(false);
  });

  it('writes no clear card number anywhere: no file under the data folder and no output holds its bytes', async () => {
    const card = '4111222233334444';
    const profile = { full_name: 'A B', credit_card_number: card, event_timestamp: '2026-01-31 12:00:00' };
    const lines = [profile, { ...profile, event_timestamp: card }, { ...profile, credit_card_number: Number(card) }];
    const file = join(folder, '..', 'profiles.ndjson');
    await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"credit_card_number":"${card}"`);
    const produced = await weir(['produce', 'people.profiles', '--file', file, ...dataDir]);
    expect(produced.stdout).toBe('sent 1 event to people.profiles, refused 3\n');
    const once = await weir(['start', '--once', ...dataDir], QUICK);
    const stored = await rows(`select 1 as n from lake.people_profiles where credit_card_number = '************4444'`);
    expect(stored).toEqual([{ n: 1 }]);
    expect([produced, once].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain(card);
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of found.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      expect((await readFile(path)).includes(card), path).toBe(false);
    }
  });

  it('deletes what it has made, and nothing else', async () => {
    await writeFile(join(folder, 'lake', 'notes.txt'), 'mine');
    expect(await weir(['reset', ...dataDir])).toMatchObject({ code: 2 });
    const reset = await weir(['reset', '--yes', ...dataDir]);
    expect(reset).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(folder, 'lake', 'notes.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'log'))).toBe(false);
    expect(await rows('select * from lake.shop_purchases')).toEqual([]);
    expect(await weir(['dlq', 'list', ...dataDir])).toMatchObject({
      code: 0,
      stdout: 'no open dead letters\n',
      stderr: '',
    });
    expect(await weir(['dlq', 'list', '--json', ...dataDir])).toMatchObject({ code: 0, stdout: '[]\n' });
  });
});

describe('weir, called wrongly or where it cannot work,', () => {
  it('says in one line what it expected, and exits with 2', async () => {
    const calls: readonly (readonly [string, RegExp])[] = [
      ['nonsense', /^weir: unknown command 'nonsense'/],
      ['produce nope', /^weir produce: expected a stream \(.*shop\.purchases.*\), found "nope"\n$/],
      ['produce shop.purchases --count 0', /^weir produce: .*expected a whole number from 1 .*, found "0"/],
      ['produce search.offers', /^weir produce: search\.offers has no generator/],
      ['start --rate x', /^weir start: .*expected a number from 0\.001 .*, found "x"/],
      ['dlq list --reason nope', /^weir dlq list: .*Allowed choices are not_utf8/],
    ];
    await Promise.all(
      calls.map(async ([args, expected]) => {
        const { code, stdout, stderr } = await weir(args.split(' '));
        expect({ args, code, stdout, lines: stderr.split('\n').length }).toEqual({
          args,
          code: 2,
          stdout: '',
          lines: 2,
        });
        expect(stderr).toMatch(expected);
      }),
    );
    expect(await weir(['streams'], { WEIR_BATCH_SIZE: '0' })).toMatchObject({
      code: 2,
      stderr: 'weir streams: WEIR_BATCH_SIZE: expected a whole number from 1 to 10000 (records), found "0"\n',
    });
    const topics = { WEIR_TOPICS: 'shop.purchases=shop.feedback' };
    for (const args of [['start'], ['produce', 'shop.feedback']]) {
      const { code, stdout, stderr } = await weir(args, topics);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^weir [^\n]*shop\.purchases and shop\.feedback on topic shop\.feedback\n$/);
    }
  });

  it('names the folder that is in the way, and exits with 1', async () => {
    const { path, remove } = await temporaryFolder();
    await writeFile(join(path, 'file'), '');
    const started = await weir(['start', '--data-dir', join(path, 'file')]);
    expect(started.code).toBe(1);
    expect(started.stderr).toMatch(/^weir start: [^\n]*file[^\n]*\n$/);
    await remove();
  });

  it('names a file of its own that it cannot write, and nothing that follows from it', async () => {
    const { path, remove } = await temporaryFolder();
    await mkdir(join(path, 'pipeline.json'));
    const started = await weir(['start', '--no-generate', '--data-dir', path]);
    expect(started).toMatchObject({ code: 1, stdout: expect.not.stringContaining('trouble') });
    expect(started.stderr).toMatch(/^weir start: cannot write [^\n]*pipeline\.json: a folder stands [^\n]*\n$/);
    await remove();
  });

  it('names a damaged offsets file, and nothing that follows from it', async () => {
    const { path, remove } = await temporaryFolder();
    const group = join(path, 'log', 'groups', 'search.raw');
    await mkdir(group, { recursive: true });
    await writeFile(join(path, 'folder.json'), '{"id":"0a1b2c3d","sources":[]}');
    await writeFile(join(group, 'weir-sink-search.raw-0a1b2c3d-i0.json'), 'nonsense');
    const started = await weir(['start', '--once', '--data-dir', path]);
    expect(started).toMatchObject({ code: 1, stdout: expect.not.stringContaining('trouble') });
    expect(started.stderr).toMatch(
      /^weir start: [^\n]*weir-sink-search\.raw-0a1b2c3d-i0\.json is damaged: [^\n]*Delete it [^\n]*\n$/,
    );
    await remove();
  });

  it('sends the events of a list, and leaves with 1 where nothing of a file was accepted', async () => {
    const { path, remove } = await temporaryFolder();
    const file = join(path, 'events.json');
    const produced = () => weir(['produce', 'shop.feedback', '--file', file, '--data-dir', join(path, 'data')]);
    await writeFile(
      file,
      JSON.stringify(
        [feedback(5), feedback(9), feedback(1)].map((text) => JSON.parse(text)),
        null,
        2,
      ),
    );
    expect(await produced()).toMatchObject({
      code: 0,
      stdout: 'sent 2 events to shop.feedback, refused 1\n',
      stderr: expect.stringMatching(/events\.json line 9: rule at rating/),
    });
    await writeFile(file, 'a,b\n1,2\n');
    expect(await produced()).toMatchObject({ code: 1, stdout: 'sent 0 events to shop.feedback, refused 2\n' });
    await writeFile(file, Buffer.from('504b030414000000', 'hex'));
    expect(await produced()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/found a zip archive: unpack it/),
    });
    await remove();
  });

  it('says how many events were sent before a file that breaks off', async () => {
    const { path, remove } = await temporaryFolder();
    // Without repetitions, so that half of the bytes are half of the lines.
    const lines = Array.from({ length: 5_000 }, () => feedback(5).replace('"f"', `"${randomUUID()}"`));
    const whole = gzipSync(lines.join('\n'));
    await writeFile(join(path, 'events.ndjson.gz'), whole.subarray(0, whole.length / 2));
    const data = join(path, 'data');
    const { code, stderr } = await weir([
      'produce',
      'shop.feedback',
      '--file',
      join(path, 'events.ndjson.gz'),
      '--data-dir',
      data,
    ]);
    const [, sent] = /cannot be read further: .*; before that, (\d+) events were sent\n$/.exec(stderr) ?? [];
    expect({ code, isSome: Number(sent) > 1_000 }).toEqual({ code: 1, isSome: true });
    await weir(['start', '--once', '--data-dir', data]);
    const found = await weir(['query', '--json', '--data-dir', data, 'select count(*) as n from lake.shop_feedback']);
    expect(JSON.parse(found.stdout)).toEqual([{ n: sent }]);
    await remove();
  });

  it.skipIf(!existsSync('/proc/self'))('gives up at once in a folder that takes no others', async () => {
    const started = await weir(['start', '--data-dir', '/proc/weir']);
    expect(started.code).toBe(1);
    expect(started.stderr).toMatch(/^weir start: cannot [^\n]*\/proc\/weir[^\n]*choose another folder[^\n]*\n$/);
  });

  it('names the data folder that another process writes, and not a part of it', async () => {
    const { path, remove } = await temporaryFolder();
    const lock = await acquireWriterLock(join(path, 'log'), 'the test');
    for (const args of [
      ['reset', '--yes'],
      ['start', '--brokers', '127.0.0.1:1'],
    ]) {
      const { code, stderr } = await weir([...args, '--data-dir', path]);
      expect(code).toBe(1);
      expect(stderr).toContain(`the data folder ${path} is being written by process ${process.pid}`);
    }
    lock.release();
    await remove();
  });

  it('stops within five seconds, and without a failure, while it waits for a broker', async () => {
    const { path, remove } = await temporaryFolder();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const stopped = ['127.0.0.1:1', `127.0.0.1:${port}`].map(async (broker, index) => {
      const started = startWeir(['start', '--brokers', broker, '--data-dir', join(path, String(index))]);
      await started.untilPrinted(/Ctrl-C stops/);
      await sleep(500);
      const beganMs = Date.now();
      started.kill('SIGINT');
      const code = await started.ended;
      expect({ code, stderr: started.output.stderr }).toEqual({ code: 0, stderr: '' });
      expect(started.output.stdout).toMatch(/stopped before the pipeline had started\n$/);
      expect(Date.now() - beganMs).toBeLessThan(5000);
    });
    await Promise.all(stopped);
    silent.close();
    await remove();
  });

  it('says in one line what is wrong with a query', async () => {
    const { code, stdout, stderr } = await weir(['query', 'select * from lake.nope']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^weir query: Catalog Error: .*nope does not exist; the tables are .*lake\.shop_purchases/,
    );
  });
});

describe('help', () => {
  it('shows examples for each command', async () => {
    const commands = ['start', 'produce', 'query', 'streams', 'dlq list', 'doctor', 'reset'];
    for (const [index, help] of (
      await Promise.all(commands.map((command) => weir([...command.split(' '), '--help'])))
    ).entries()) {
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain(`Examples:\n  $ weir ${commands[index]}`);
    }
  });

  it('loads neither DuckDB nor Kafka nor the AWS SDK', async () => {
    const { loaded } = await loadedBy(['--help']);
    expect(loaded.filter((path) => /duckdb|kafkajs|@aws-sdk|@smithy|faker/.test(path))).toEqual([]);
    expect((await loadedBy(['query', 'select 1'])).loaded.some((path) => path.includes('duckdb'))).toBe(true);
  });
});
