import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../lib/pipeline/audit/audit-rows.ts';
import { auditSlots } from '../../../lib/pipeline/audit/audit-slots.ts';
import { NO_START } from '../../../lib/pipeline/audit/chain-slots.ts';
import type { OffsetRanges } from '../../../lib/pipeline/offset-ranges.ts';
import { NO_COVERAGE, type SlotFacts } from '../../../lib/pipeline/slot.ts';

const verdict = { reason: 'rule', path: 'amount', detail: 'positive', contractVersion: 1 } as const;

/** A slot that took these offsets in, of which some were rejected. */
function slot(number: number, own: OffsetRanges, covered: OffsetRanges, more: Partial<SlotFacts> = {}) {
  const facts: SlotFacts = {
    ...NO_COVERAGE,
    ...{
      kind: 'rows',
      stream: 's',
      incarnation: 0,
      kafkaPartition: 3,
      slot: number,
      writeId: `w${number}`,
      contractVersion: 1,
    },
    ...{ own, covered, rejected: [] },
    ...more,
  };
  return { key: `t/s-i0-p00003-00000${number}.parquet`, slot: number, facts };
}
const counts = (taken: number, rows: number, rejected = 0) => ({ taken, rows, rejected, repeated: 0, made: 0 });
const first = slot(0, [[0, 4]], [[0, 4]], { counts: counts(5, 4, 1), rejected: [{ ...verdict, offsets: [[2, 2]] }] });
const messages = (...slots: Parameters<typeof auditSlots>[2]) =>
  auditSlots(3, NO_START, slots).findings.map(({ kind, message }) => `${kind}: ${message}`);

describe('the slots of a chain', () => {
  it('that add up give no finding, amended ones and a seal included', () => {
    const amended = slot(1, [], [[0, 4]], { kind: 'amend', counts: counts(5, 5, 1), amended: [[2, 2]] });
    const more = slot(2, [[5, 9]], [[0, 9]], { counts: counts(10, 10, 1), amended: [[2, 2]] });
    const seal = slot(3, [], [[0, 9]], { kind: 'seal', counts: counts(10, 10, 1), amended: [[2, 2]] });
    const audited = auditSlots(3, NO_START, [first, amended, more, seal]);
    expect(audited).toMatchObject({ findings: [], isWhole: true, isCounted: true, rejected: [[2, 2]] });
  });

  it('are found where one has covered more, or less, than what was covered before and its own', () => {
    const gap = slot(
      1,
      [[5, 9]],
      [
        [0, 9],
        [12, 13],
      ],
      { counts: counts(10, 9, 1) },
    );
    const short = slot(1, [[5, 9]], [[5, 9]], { counts: counts(10, 9, 1) });
    const what =
      'does_not_add_up: t/s-i0-p00003-000001.parquet: covered is not what was covered before and its own: kafka partition 3';
    expect(messages(first, gap)).toEqual([`${what}, offsets 12 to 13`]);
    expect(messages(first, short)).toEqual([`${what}, offsets 0 to 4`]);
  });

  it('are found where one forgets what was amended, and where its counts disagree', () => {
    const amended = slot(1, [], [[0, 4]], { kind: 'amend', counts: counts(5, 5, 1), amended: [[2, 2]] });
    const forgets = slot(2, [[5, 5]], [[0, 5]], { counts: counts(6, 5, 1) });
    expect(messages(first, amended, forgets)).toEqual([
      'does_not_add_up: t/s-i0-p00003-000002.parquet: amended lacks what was amended before: kafka partition 3, offsets 2',
    ]);
    expect(messages(slot(0, [[0, 4]], [[0, 4]], { counts: counts(5, 5, 1) }))).toEqual([
      'does_not_add_up: t/s-i0-p00003-000000.parquet: counts 5 rows, and 5 taken − 1 rejected − 0 repeated + 0 amended + 0 made from the lake',
    ]);
  });

  it('are found where one forgets which sources’ events were made from the lake, and where it counts their rows wrong', () => {
    const made = (offsets: OffsetRanges, rows: number): Partial<SlotFacts> => ({
      counts: { taken: 5, rows, rejected: 1, repeated: 0, made: 3 },
      amendedSources: { incarnation: 0, offsets },
    });
    const amended = slot(1, [], [[0, 4]], { kind: 'amend', ...made([[7, 8]], 7) });
    expect(messages(first, amended)).toEqual([]);
    expect(messages(first, amended, slot(2, [], [[0, 4]], { kind: 'amend', ...made([[8, 8]], 7) }))).toEqual([
      'does_not_add_up: t/s-i0-p00003-000002.parquet: amendedSources lacks what was made before: kafka partition 3, offsets 7 of the source',
    ]);
    expect(messages(first, slot(1, [], [[0, 4]], { kind: 'amend', ...made([[7, 8]], 4) }))).toEqual([
      'does_not_add_up: t/s-i0-p00003-000001.parquet: counts 4 rows, and 5 taken − 1 rejected − 0 repeated + 0 amended + 3 made from the lake',
    ]);
  });

  it('of versions that did not count are not compared with rows by number', () => {
    const { counts: _, ...uncounted } = first.facts;
    const chain = auditSlots(3, NO_START, [{ ...first, facts: uncounted as SlotFacts }]);
    expect(chain).toMatchObject({ findings: [], isCounted: false });
    expect(auditRows(3, chain, undefined)).toEqual([]);
  });
});

describe('the rows of a refined chain that were made from the lake', () => {
  const made = slot(1, [], [[0, 4]], {
    kind: 'amend',
    counts: { taken: 5, rows: 6, rejected: 1, repeated: 0, made: 2 },
    amendedSources: { incarnation: 0, offsets: [[7, 8]] },
  });
  const rows = (found: number) =>
    auditRows(3, auditSlots(3, NO_START, [first, made]), {
      ...{ stream: null, incarnation: 0, kafkaPartition: 3, twice: [], sourceTwice: [], made: found },
      offsets: [
        [0, 1],
        [3, 4],
      ],
    }).map(({ kind, message }) => `${kind}: ${message}`);

  it('are as many as were counted, or a finding with their sources', () => {
    expect(rows(2)).toEqual([]);
    const which = 'of these of the source: kafka partition 3, offsets 7 to 8';
    expect(rows(1)).toEqual([`rows_missing: expected 2 rows made from the lake, found 1, ${which}`]);
    expect(rows(3)).toEqual([`rows_unknown: expected 2 rows made from the lake, found 3, ${which}`]);
  });
});

describe('the rows of a chain', () => {
  const rows = (offsets: OffsetRanges) =>
    auditRows(3, auditSlots(3, NO_START, [first]), {
      stream: null,
      incarnation: 0,
      kafkaPartition: 3,
      offsets,
      made: 0,
      twice: [],
      sourceTwice: [],
    }).map(({ kind, message }) => `${kind}: ${message}`);

  it('are as counted: no finding', () => {
    expect(
      rows([
        [0, 1],
        [3, 4],
      ]),
    ).toEqual([]);
  });

  it('are found where nobody has taken them in, where they were rejected, and where they are missing', () => {
    expect(
      rows([
        [0, 1],
        [3, 6],
      ]),
    ).toEqual(['rows_unknown: rows that the chain has not taken in: kafka partition 3, offsets 5 to 6']);
    expect(rows([[0, 4]])).toEqual([
      'rows_unknown: rows of rejected records that nobody has replayed: kafka partition 3, offsets 2',
    ]);
    expect(rows([[0, 1]])).toEqual(['rows_missing: 2 of 4 rows are missing, among: kafka partition 3, offsets 3 to 4']);
  });
});
