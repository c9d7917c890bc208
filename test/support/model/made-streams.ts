import { type Contract, contract, integer, string, timestamp } from '../../../lib/contracts/contract.ts';
import { type HourOfTable, hourOf } from '../../../lib/derive/table-partition.ts';
import { refinement } from '../../../lib/pipeline/refine/refinement.ts';
import type { Random } from '../random.ts';
import type { ModelRecord } from './refined-schedule.ts';
import { REPLAYED_TEXT } from './world.ts';

const declared = { description: 'Events of the model check.', owner: 'test', key: null } as const;
const wholesDeclared = { ...declared, name: 'model.wholes', eventTime: 'at', identity: 'position' } as const;
const partsDeclared = {
  ...declared,
  name: 'model.parts',
  eventTime: 'at',
  identity: 'position',
  refinedFrom: 'model.wholes',
} as const;
const at = timestamp('When it happened.');
const partCount = integer('How many parts it has.');

/** The first version rejects what has no id; sink, refiner and replays may have different ones. */
export const wholes: readonly Contract[] = [
  contract({ ...wholesDeclared, version: 1, fields: { at, id: string('Which.'), parts: partCount } }),
  contract({
    ...wholesDeclared,
    version: 2,
    fields: { at, id: string('Which.', { nullable: true }), parts: partCount },
  }),
];
/** The first version rejects every second part of a whole. */
export const parts: readonly Contract[] = [
  contract({ ...partsDeclared, version: 1, fields: { at, n: integer('A number.'), half: integer('Of even ones.') } }),
  contract({
    ...partsDeclared,
    version: 2,
    fields: { at, n: integer('A number.'), half: integer('Of even ones.', { nullable: true }) },
  }),
];
export const refinements = parts.map((to, version) =>
  refinement({
    from: wholes[version] as Contract,
    to,
    refine: ({ at: time, parts: count }) =>
      Array.from({ length: Number(count) }, (_, n) => ({ at: String(time), n, half: n % 2 === 0 ? n / 2 : null })),
  }),
);
export const NEWEST = 1;
export const [newestWholes, newestParts] = [wholes[NEWEST] as Contract, parts[NEWEST] as Contract];

export const START_MS = Date.UTC(2026, 0, 31, 13, 59, 57);

/** A payload for a record with this offset; null leaves its letter alone. */
export type Fix = (offset: number) => string | null;

const whole = (count: number) => JSON.stringify({ at: '2026-01-31 13:00:00', id: REPLAYED_TEXT, parts: count });
export const ALL: Fix = (offset) => whole(2 + (offset % 2));
/** Fixes differ in how many parts they make. */
export const FIXES: readonly Fix[] = [
  ALL,
  () => whole(3),
  (offset) => (offset % 2 === 0 ? whole(1) : null),
  (offset) => (offset % 3 === 0 ? whole(0) : whole(2)),
];

/** Records that the first version of the contract rejects, that both do, and events. */
export function sourceRecords(choices: Random): readonly ModelRecord[] {
  let timestampMs = START_MS;
  return Array.from({ length: 1 + choices.below(8) }, () => {
    timestampMs += choices.below(1_500);
    const event = { at: '2026-01-31 13:00:00', parts: choices.below(4) };
    const value = choices.pick([event, event, { ...event, id: 'a' }, { ...event, parts: 'none' }]);
    return { timestampMs, value: JSON.stringify(value), headers: [] };
  });
}

export const uniqueHours = (source: readonly ModelRecord[]): readonly HourOfTable[] =>
  [...new Set(source.map(({ timestampMs }) => JSON.stringify(hourOf(timestampMs))))].map((text) => JSON.parse(text));

export const offsetsOfHour = (source: readonly ModelRecord[], hour: HourOfTable) =>
  source.flatMap(({ timestampMs }, offset) =>
    JSON.stringify(hourOf(timestampMs)) === JSON.stringify(hour) ? [offset] : [],
  );

export const placeOf = (of: Contract, hour: HourOfTable) => ({
  stream: { topic: of.name, contract: of, incarnation: 0 },
  kafkaPartition: 0,
  hour,
});

export function lettersOf(source: readonly ModelRecord[], hour: HourOfTable, fix: Fix) {
  return offsetsOfHour(source, hour).flatMap((offset) => {
    const value = fix(offset);
    if (value === null) return [];
    const timestamp = source[offset]?.timestampMs ?? 0;
    return [{ offset, timestamp, timestampType: 'LOG_APPEND_TIME' as const, value: Buffer.from(value) }];
  });
}
