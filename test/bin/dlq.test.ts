import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const feedback = (feedbackId: string, rating: unknown, more = {}) =>
  JSON.stringify({ feedbackId, customerId: 'c', productId: 'p', rating, feedbackDate: '2026-01-31 13:00:00', ...more });

describe('dead letters on the command line', { timeout: 180_000 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    const lines = [feedback('a', 5), 'nonsense', feedback('b', 9), feedback('c', '4'), feedback('d', 7)];
    await writeFile(join(folder, 'events.ndjson'), lines.join('\n'));
    await writeFile(
      join(folder, 'fix.ts'),
      `import type { Fix } from '${join(import.meta.dirname, '../../lib/index.ts')}';
       const fix: Fix = (event) => event && { ...event, rating: Math.min(5, Number(event.rating)) };
       export default fix;`,
    );
    const dataDir = ['--data-dir', join(folder, 'data')];
    await weir(['produce', 'shop.feedback', '--file', join(folder, 'events.ndjson'), '--raw', ...dataDir]);
    const started = await weir(['start', '--no-generate', '--once', ...dataDir], { WEIR_BATCH_WINDOW_SECONDS: '0.3' });
    expect(started).toMatchObject({ code: 0, stderr: '' });
  }, 120_000);
  afterAll(() => remove());

  const dlq = (...args: string[]) => weir(['dlq', ...args, '--data-dir', join(folder, 'data')]);
  const replay = (...args: string[]) => dlq('replay', '--stream', 'shop.feedback', ...args);
  const ratings = async () => {
    const sql = 'select feedback_id, rating, kafka_offset from lake.shop_feedback order by kafka_offset';
    return JSON.parse((await weir(['query', '--json', sql, '--data-dir', join(folder, 'data')])).stdout);
  };
  const fix = () => ['--with', join(folder, 'fix.ts')];

  it('a wrong call says in one line what was expected, and changes nothing', async () => {
    const wrong = [
      [['replay'], 2, /required option '--stream <name>'/],
      [['replay', '--stream', 'nope'], 2, /--stream: expected one of .*shop\.feedback.*, found "nope"/],
      [['list', '--from', 'now'], 2, /--from: expected an hour in UTC such as 2026-01-31T13, found "now"/],
      [['show', 'shop.feedback', '0', '0'], 1, /shop\.feedback has no dead letter of kafka partition 0, offset 0/],
    ] as const;
    await Promise.all(
      wrong.map(async ([args, code, message]) => {
        const found = await dlq(...args);
        expect(found).toMatchObject({ code, stdout: '' });
        expect(found.stderr).toMatch(message);
      }),
    );
  });

  it('one is shown whole', async () => {
    const { stdout } = await dlq('show', 'shop.feedback', '0', '2');
    expect(stdout).toMatch(/^stream +shop\.feedback$/m);
    expect(stdout).toContain(feedback('b', 9));
    expect(stdout).toMatch(/^is_open +true$/m);
  });

  it('a dry run shows what the fix changes, what would be a row, and what not and why', async () => {
    const before = await ratings();
    const tried = await replay(...fix(), '--dry-run');
    expect(tried.code).toBe(1);
    expect(tried.stdout.split('\n')).toEqual([
      'shop.feedback 0 2 (rule at rating): would be a row',
      '  - rating: 9',
      '  + rating: 5',
      'shop.feedback 0 3 (wrong_type at rating): would be a row',
      '  - rating: "4"',
      '  + rating: 4',
      'shop.feedback 0 4 (rule at rating): would be a row',
      '  - rating: 7',
      '  + rating: 5',
      'shop.feedback 0 1 (not_json): stays: the fix returned nothing',
      '4 open letters: 3 would be rows, 1 stays a letter',
      '',
    ]);
    expect(await ratings()).toEqual(before);
  });

  it('a replay makes rows of those that are meant, once; what is open is listed', async () => {
    const some = await replay(...fix(), '--reason', 'wrong_type', '--path', 'rating');
    expect(some).toMatchObject({ code: 0, stdout: '1 open letter: 1 is a row now\n' });
    const rest = await replay(...fix());
    expect(rest.code).toBe(1);
    expect(rest.stdout).toMatch(/\n3 open letters: 2 are rows now, 1 stays a letter; 1 was a row before\n$/);
    expect(await ratings()).toEqual([
      { feedback_id: 'a', rating: 5, kafka_offset: '0' },
      { feedback_id: 'b', rating: 5, kafka_offset: '2' },
      { feedback_id: 'c', rating: 4, kafka_offset: '3' },
      { feedback_id: 'd', rating: 5, kafka_offset: '4' },
    ]);
    const again = await replay(...fix(), '--reason', 'rule');
    expect(again).toMatchObject({ code: 0, stdout: 'no open letters; 2 were rows before\n' });
    const all = JSON.parse((await dlq('list', '--all', '--json')).stdout);
    expect(all.map((letter: Record<string, unknown>) => [letter.kafka_offset, letter.is_open])).toEqual([
      ['4', false],
      ['3', false],
      ['2', false],
      ['1', true],
    ]);
    expect(JSON.parse((await dlq('list', '--json')).stdout)).toMatchObject([
      { kafka_offset: '1', payload: 'nonsense' },
    ]);
  });
});

describe('dead letters of a stream that others are refined from', { timeout: 180_000 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ path: folder, remove } = await temporaryFolder());
  });
  afterAll(() => remove());

  const messages = ['m1', 'm2'].map((message_id) => ({ message_id, message_date: '2026-01-31 13:00:00' }));
  const room = { room_id: 'r', room_created_at: 'yesterday', customer: { customer_id: 'c' }, messages };

  it('are rows of the refined table, too, once', async () => {
    const dataDir = ['--data-dir', join(folder, 'data')];
    await writeFile(join(folder, 'rooms.ndjson'), JSON.stringify(room));
    await writeFile(
      join(folder, 'fix.ts'),
      "export default (event) => event && { ...event, room_created_at: '2026-01-31 12:00:00' };",
    );
    await weir(['produce', 'chat.rooms', '--file', join(folder, 'rooms.ndjson'), '--raw', ...dataDir]);
    await weir(['start', '--no-generate', '--once', ...dataDir], { WEIR_BATCH_WINDOW_SECONDS: '0.3' });
    const replay = () =>
      weir(['dlq', 'replay', '--stream', 'chat.rooms', '--with', join(folder, 'fix.ts'), ...dataDir]);
    expect(await replay()).toMatchObject({
      code: 0,
      stdout: '1 open letter: 1 is a row now\n2 rows made in refined tables\n',
    });
    expect(await replay()).toMatchObject({ code: 0, stdout: 'no open letters; 1 was a row before\n' });
    const sql =
      'select message_id, room_created_at, kafka_offset, source_offset, source_ordinal from lake.chat_messages order by 1';
    const made = { room_created_at: '2026-01-31 12:00:00.000000', kafka_offset: null, source_offset: '0' };
    expect(JSON.parse((await weir(['query', '--json', sql, ...dataDir])).stdout)).toEqual([
      { message_id: 'm1', ...made, source_ordinal: '0' },
      { message_id: 'm2', ...made, source_ordinal: '1' },
    ]);
    expect(await weir(['audit', ...dataDir])).toMatchObject({ code: 0 });
  });
});
