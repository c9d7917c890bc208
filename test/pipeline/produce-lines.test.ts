import { describe, expect, it } from 'vitest';
import { admission, rawRecord } from '../../lib/pipeline/admit.ts';
import type { InputLine, OverlongLine } from '../../lib/pipeline/input-line.ts';
import { producer } from '../../lib/pipeline/produce.ts';
import { produceLines, type RefusedLine } from '../../lib/pipeline/produce-lines.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { recordedAppends } from '../support/recorded-appends.ts';
import { testClock } from '../support/test-clock.ts';

const good = (country: string) =>
  `{"created_at":"2026-01-31T13:00:00Z","country":"${country}","currency":"EUR","amount":10}`;

const tooLong: OverlongLine = {
  source: { file: 'f', lineNumber: 9 },
  refused: { reason: 'out_of_range', path: '', detail: 'too long' },
};

async function* lines(texts: readonly string[], end?: Error): AsyncGenerator<InputLine | OverlongLine> {
  for (const [index, text] of texts.entries()) {
    yield { source: { file: 'f', lineNumber: index + 1 }, bytes: Buffer.from(text) };
  }
  if (end !== undefined) throw end;
  yield tooLong;
}

async function setUp(onAppend?: () => void) {
  const memory = recordedAppends(1, onAppend);
  const refused: RefusedLine[] = [];
  const { admit } = admission(shopPurchases);
  const options = {
    producer: await producer({ log: memory.log, topic: 'shop.purchases' }),
    admit,
    clock: testClock(),
    onRefused: (line: RefusedLine) => void refused.push(line),
  };
  return { ...memory, options, refused };
}

describe('produceLines', () => {
  it('sends the good lines and reports the others by file, line number, reason and path, never by content', async () => {
    const { options, refused, values } = await setUp();
    const input = [good('Italy'), '{"secret', good('Spain'), good('Italy').replace('EUR', 'secret')];
    expect(await produceLines(lines(input), options)).toEqual({ sent: 2, refused: 3 });
    expect(values()).toEqual([good('Italy'), good('Spain')]);
    expect(refused.map(({ file, lineNumber, reason, path }) => [file, lineNumber, reason, path])).toEqual([
      ['f', 2, 'not_json', ''],
      ['f', 4, 'rule', 'currency'],
      ['f', 9, 'out_of_range', ''],
    ]);
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  it('sends raw lines as they are, good or not', async () => {
    const { options, values, appends } = await setUp();
    const input = [good('Italy'), '{"broken', 'null'];
    const raw = (bytes: Uint8Array) => ({ record: rawRecord(shopPurchases, bytes) });
    expect(await produceLines(lines(input), { ...options, admit: raw })).toEqual({ sent: 3, refused: 1 });
    expect(values()).toEqual(input);
    const keys = appends.flatMap(({ records }) => records.map(({ key }) => (key === null ? null : String(key))));
    expect(keys).toEqual(['Italy', null, null]);
  });

  it('has sent all that came before an input that breaks off', async () => {
    const { options, values } = await setUp();
    const input = lines([good('Italy'), good('Spain')], new Error('f cannot be read further'));
    await expect(produceLines(input, options)).rejects.toThrow('cannot be read further');
    expect(values()).toHaveLength(2);
  });

  it('ends at a stop with what was taken sent', async () => {
    const stop = new AbortController();
    const { options, values } = await setUp();
    let seen = 0;
    const onLine = () => {
      seen += 1;
      if (seen === 2) stop.abort();
    };
    const input = lines(Array.from({ length: 10 }, () => good('Italy')));
    expect(await produceLines(input, { ...options, onLine, signal: stop.signal })).toEqual({ sent: 2, refused: 0 });
    expect(values()).toHaveLength(2);
  });

  it('throws with the counts when the log takes no more', async () => {
    const { options } = await setUp(() => {
      throw new Error('disk full');
    });
    await expect(produceLines(lines([good('Italy')]), options)).rejects.toMatchObject({ sent: 0, unacknowledged: 1 });
  });
});
