import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnName } from '../../lib/contracts/column-name.ts';
import {
  type Contract,
  contract,
  date,
  decimal,
  type Field,
  type Fields,
  integer,
  json,
  list,
  map,
  string,
  struct,
  timestamp,
} from '../../lib/contracts/contract.ts';
import { columnIds } from '../../lib/derive/column-ids.ts';
import { columns, deadLetterColumns, partitionColumns } from '../../lib/derive/columns.ts';
import { type ReleasedContract, releasedContract, withReleasedIds } from '../../lib/derive/released.ts';
import { contracts } from '../support/fixture-project.ts';

function contractOf(fields: Fields): Contract {
  return contract({
    name: 'test.evolving',
    version: 1,
    description: 'A contract that changes.',
    owner: 'tests',
    key: null,
    eventTime: 'at',
    identity: 'position',
    fields: { at: timestamp('When.'), ...fields },
  }) as Contract;
}

const names = ['a', 'bC', 'order', 'd_e', 'event_id', 'g'] as const;
const scalar = fc.constantFrom<Field>(
  string('S.'),
  string('S.', { nullable: true, maxLength: 9 }),
  integer('I.'),
  integer('I.', { nullable: true, wire: '@i' }),
  decimal(12, 2, 'D.'),
  decimal(20, 2, 'D.'),
  date('D.'),
  json('J.'),
);
const fields = fc
  .uniqueArray(fc.constantFrom(...names), { maxLength: 6 })
  .chain((chosen) =>
    fc
      .tuple(...chosen.map((name) => fc.tuple(fc.constant(name), oneOfMany)))
      .map((entries): Fields => Object.fromEntries(onceOnTheWire(entries))),
  );
const oneOfMany = fc.oneof(
  scalar,
  scalar.map((of) => list(of, 'L.')),
  scalar.map((of) => map(of, 'M.')),
  fc.tuple(scalar, scalar).map(([x, y]) => struct({ x, y: { ...y, wire: 'why' } }, 'S.')),
);

/** A wire name may be had by one field only. */
function onceOnTheWire(entries: readonly (readonly [string, Field])[]) {
  let taken = false;
  return entries.map(([name, field]): [string, Field] => {
    if (field.wire === undefined || !taken) {
      taken ||= field.wire !== undefined;
      return [name, field];
    }
    const { wire: _, ...rest } = field;
    return [name, rest];
  });
}

/** What `weir accept` keeps of a release, and what the next start of a project reads of it. */
const kept = (released: ReleasedContract): ReleasedContract => JSON.parse(JSON.stringify(released));

describe('the numbers of fields', () => {
  it('never change and are never used again, over fifty changes of a contract', () => {
    const property = fc.property(fc.array(fields, { minLength: 50, maxLength: 50 }), (evolutions) => {
      const everUsed = new Map<number, string>();
      const numbers = new Map<string, number>();
      let released: ReleasedContract | undefined;
      for (const evolution of evolutions) {
        const [current = contractOf({})] = withReleasedIds(
          [contractOf(evolution)],
          released === undefined ? [] : [released],
        );
        const next = kept(releasedContract(current));
        for (const { path, type } of next.fields) {
          const id = next.fieldIds?.[`${path} ${type}`] ?? Number.NaN;
          const field = `${path} ${type}`;
          expect(everUsed.get(id) ?? field).toBe(field);
          expect(numbers.get(field) ?? id).toBe(id);
          everUsed.set(id, field);
          numbers.set(field, id);
        }
        // A deployed sink writes the numbers that will be released.
        const written = columnIds(columns(current), current);
        for (const { path, type } of next.fields.filter((field) => Object.hasOwn(evolution, field.path))) {
          const isOwn = path === 'event_id';
          expect(written[columnName(path)]).toBe(isOwn ? 1_000_000_000 : next.fieldIds?.[`${path} ${type}`]);
        }
        expect(new Set(Object.values(written)).size).toBe(columns(current).length);
        released = next;
      }
    });
    fc.assert(property, { numRuns: 20 });
  });

  it('are those of the release, whatever the order of the fields is now', () => {
    const before = kept(
      releasedContract(contractOf({ a: string('A.'), g: list(integer('I.'), 'L.'), d_e: integer('D.') })),
    );
    expect(before.fieldIds).toEqual({
      'at timestamp': 1,
      'a string': 2,
      'g list': 3,
      'g[] integer': 4,
      'd_e integer': 5,
    });
    const [now = contractOf({})] = withReleasedIds(
      [contractOf({ bC: date('B.'), d_e: integer('D.'), a: integer('A.') })],
      [before],
    );
    expect(columnIds(columns(now), now)).toMatchObject({ at: 1, b_c: 6, d_e: 5, a: 7 });
  });

  it('are there for every column of every table', () => {
    for (const one of contracts) {
      const ids = Object.values(columnIds(columns(one), one));
      expect(new Set(ids).size).toBe(columns(one).length);
    }
    const own = [...deadLetterColumns, ...partitionColumns];
    expect(new Set(Object.values(columnIds(own))).size).toBe(own.length);
  });
});
