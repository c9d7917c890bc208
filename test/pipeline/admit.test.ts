import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import { MAX_SEED } from '../../lib/generators/seeded-faker.ts';
import { admission, rawRecord } from '../../lib/pipeline/admit.ts';
import type { RecordToAppend } from '../../lib/pipeline/ports.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { contracts, generators } from '../support/fixture-project.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 13);
const CARD = '4111222233334444';

function contractOf(stream: string): Contract {
  const found = contracts.find(({ name }) => name === stream);
  if (found === undefined) throw new Error(`no contract for ${stream}`);
  return found;
}

const admissions = new Map(contracts.map((contract) => [contract.name, admission(contract)]));

function admit(stream: string, text: string | Uint8Array, nowMs = NOW_MS) {
  const outcome = admissions.get(stream)?.admit(Buffer.from(text), nowMs);
  if (outcome === undefined) throw new Error(`no contract for ${stream}`);
  return outcome;
}

function admitted(stream: string, text: string | Uint8Array): RecordToAppend {
  const outcome = admit(stream, text);
  if ('reason' in outcome) throw new Error(`${outcome.reason} at ${outcome.path}: ${outcome.detail}`);
  return outcome.record;
}

const textOf = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('utf8'));

const purchase = '{ "created_at":"2026-01-31T13:00:00Z", "country":"Germany","currency":"EUR","amount":10.0 , "zz":1}';

describe('admission', () => {
  it('admits what every generator makes, from any seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_SEED }), fc.constantFrom(...generators), (seed, generator) => {
        const nextEvent = eventSource(generator, seed);
        for (let count = 0; count < 20; count += 1) admitted(generator.stream, JSON.stringify(nextEvent(NOW_MS)));
      }),
      { numRuns: 100 },
    );
  });

  it('has the verdict and key of the contract’s reader, whatever of an event is changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(500), fc.constantFrom('', '"', '0', '\n', ' ', 'é', '\\', '}', '*')), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_SEED }),
        fc.constantFrom(...generators),
        changes,
        (seed, made, changes) => {
          const contract = contractOf(made.stream);
          const text = JSON.stringify(eventSource(made, seed)(NOW_MS));
          const changed = changes.reduce((text, [at, by]) => text.slice(0, at) + by + text.slice(at + 1), text);
          const expected = reader(contract).read(Buffer.from(changed), NOW_MS);
          const found = admit(made.stream, changed);
          if ('reason' in expected) {
            expect(found).toEqual(expected);
            return;
          }
          const key = contract.key === null ? null : String(expected.event[contract.key]);
          expect('record' in found && textOf(found.record.key)).toBe(key);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('sends the bytes as they came, keyed by the contract’s key', () => {
    const record = admitted('shop.purchases', purchase);
    expect(textOf(record.value)).toBe(purchase);
    expect(textOf(record.key)).toBe('Germany');
    expect(record.headers).toEqual([]);
  });

  it('takes an empty key for a key', () => {
    expect(admitted('shop.purchases', purchase.replace('Germany', '')).key).toHaveLength(0);
  });

  it('gives no key where the contract has none', () => {
    expect(admitted('people.profiles', '{"event_timestamp":"2026-01-31T13:00:00Z"}').key).toBeNull();
  });

  it('rejects with reason and path, measuring the event time against now', () => {
    expect(admit('shop.purchases', '{"amount":')).toMatchObject({ reason: 'not_json' });
    expect(admit('shop.purchases', purchase.replace('10.0', '0'))).toMatchObject({
      reason: 'rule',
      path: 'amount',
    });
    expect(admit('shop.purchases', purchase, NOW_MS - 25 * 3_600_000)).toMatchObject({
      reason: 'event_time_out_of_range',
      path: 'created_at',
    });
  });
});

describe('no clear card number leaves admission', () => {
  const spellings = {
    'as text': `"credit_card_number":"${CARD}"`,
    'in unicode escapes': `"credit_card_number":"${[...CARD].map((digit) => `\\u003${digit}`).join('')}"`,
    'under an escaped name': `"credit\\u005fcard_number":"${CARD}"`,
    'twice, where only the last one counts': `"credit_card_number":"${CARD}","credit_card_number":"1234"`,
    'before a null that counts': `"credit_card_number":"${CARD}","credit_card_number":null`,
    'within an extra field': `"more":{"credit_card_number":"${CARD}"}`,
  };
  for (const [how, member] of Object.entries(spellings)) {
    it(how, () => {
      const text = `{"event_timestamp":"2026-01-31T13:00:00Z",${member},"full_name":"Ada"}`;
      const outcome = admit('people.profiles', text);
      if ('reason' in outcome) throw new Error(outcome.reason);
      const sent = textOf(outcome.record.value) ?? '';
      expect(sent).not.toContain(CARD.slice(0, 12));
      expect(JSON.stringify(JSON.parse(sent))).not.toContain(CARD.slice(0, 12));
      expect(JSON.parse(sent)).toMatchObject({ full_name: 'Ada' });
    });
  }

  it('keeps the length and the last four characters, and everything else as it was written', () => {
    const text = `{ "event_timestamp":"2026-01-31T13:00:00Z" , "credit_card_number" : "${CARD}", "x":1.50 }`;
    expect(textOf(admitted('people.profiles', text).value)).toBe(text.replace(CARD, '************4444'));
  });

  it('also of what is admitted a second time', () => {
    const once = admitted(
      'people.profiles',
      `{"event_timestamp":"2026-01-31T13:00:00Z","credit_card_number":"${CARD}"}`,
    );
    expect(admitted('people.profiles', once.value ?? '').value).toEqual(once.value);
  });

  it('of generated profiles', () => {
    const generator = generators.find(({ stream }) => stream === 'people.profiles');
    if (generator === undefined) throw new Error('no generator of profiles');
    const nextEvent = eventSource(generator, 7);
    for (let count = 0; count < 200; count += 1) {
      const event = nextEvent(NOW_MS);
      const sent = textOf(admitted('people.profiles', JSON.stringify(event)).value) ?? '';
      expect(sent).not.toContain(String(event.credit_card_number).slice(0, -4));
      expect(JSON.parse(sent).credit_card_number).toMatch(/^\*{8,}\d{4}$/);
    }
  });

  it('nor shows in a rejection', () => {
    const outcomes = [
      admit('people.profiles', `{"credit_card_number":"${CARD}"`),
      admit('people.profiles', `{"credit_card_number":${CARD},"event_timestamp":"2026-01-31T13:00:00Z"}`),
      admit('people.profiles', `{"credit_card_number":"${CARD}","event_timestamp":"${CARD}"}`),
    ];
    for (const outcome of outcomes) {
      expect(outcome).toHaveProperty('reason');
      expect(JSON.stringify(outcome)).not.toContain(CARD.slice(0, 8));
    }
  });
});

describe('rawRecord', () => {
  const shop = contractOf('shop.purchases');

  it('sends any bytes as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(rawRecord(shop, bytes).value).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('keys the record where the key can be read, and leaves it without a key otherwise', () => {
    const keyOf = (text: string | Uint8Array) => textOf(rawRecord(shop, Buffer.from(text)).key);
    expect(keyOf('{"country":"Italy","amount":"no number"}')).toBe('Italy');
    expect(keyOf('{"country":7}')).toBe('7');
    expect(keyOf('{"country":null}')).toBeNull();
    expect(keyOf('{"amount":1}')).toBeNull();
    expect(keyOf('["country"]')).toBeNull();
    expect(keyOf('null')).toBeNull();
    expect(keyOf('{"country":"Ita')).toBeNull();
    expect(keyOf(Buffer.from([0x7b, 0xff]))).toBeNull();
    expect(textOf(rawRecord(contractOf('people.profiles'), Buffer.from('{"full_name":"Ada"}')).key)).toBeNull();
  });

  it('gives an admitted event the same key', () => {
    const bytes = Buffer.from(purchase);
    expect(rawRecord(shop, bytes).key).toEqual(admitted('shop.purchases', bytes).key);
  });
});
