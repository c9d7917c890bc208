import { describe, expect, it } from 'vitest';
import { bigint, contract, string } from '../../lib/contracts/contract.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { accepted, NOW_MS } from '../support/readings.ts';

function codeContract(rule: (id: string) => boolean) {
  return contract({
    name: 'test.code',
    version: 1,
    description: 'A contract with code of its own.',
    owner: 'tests',
    key: 'id',
    eventTime: { description: 'ms', of: ({ ms }) => new Date(ms).toISOString() },
    identity: 'id',
    fields: { id: string('Id.'), ms: bigint('Milliseconds.') },
    rules: [{ name: 'plausible_id', path: 'id', holds: ({ id }) => rule(id) }],
  });
}

const read = (of: Parameters<typeof reader>[0], event: object) =>
  reader(of).read(Buffer.from(JSON.stringify(event)), NOW_MS);
const holds = codeContract(() => true);

describe('a contract’s own code', () => {
  it('that throws in a rule makes the event a dead letter, without what it said', () => {
    const throwing = codeContract((id) => {
      throw new RangeError(`bad id ${id}`);
    });
    expect(read(throwing, { id: 'secret', ms: 0 })).toEqual({
      reason: 'rule',
      path: 'id',
      detail: 'plausible_id: the rule’s code threw RangeError',
    });
    const odd = codeContract(() => {
      throw 'text';
    });
    expect(read(odd, { id: 'a', ms: 0 })).toMatchObject({
      reason: 'rule',
      detail: expect.stringContaining('a string'),
    });
  });

  it('that throws in the event time makes that event a dead letter, and no other', () => {
    expect(accepted(read(holds, { id: 'a', ms: 1420070400000 })).eventTime).toBe('2015-01-01 00:00:00.000000');
    expect(read(holds, { id: 'a', ms: 9000000000000000 })).toEqual({
      reason: 'rule',
      path: '',
      detail: 'event time: the contract’s code threw RangeError',
    });
    expect(accepted(read(holds, { id: 'a', ms: 1420070400001 })).eventTime).toBe('2015-01-01 00:00:00.001000');
  });

  it.each(['soon', '2026-02-30 00:00:00', '', null, undefined, 7, new Date(0)])(
    'that yields %j as event time makes the event a dead letter',
    (found) => {
      const odd = { ...holds, eventTime: { description: 'odd', of: () => found as string } };
      expect(read(odd, { id: 'a', ms: 0 })).toMatchObject({ reason: 'rule', path: '' });
    },
  );
});
