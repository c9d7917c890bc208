import type { Contract } from '../../../lib/contracts/contract.ts';
import { hourOf } from '../../../lib/derive/table-partition.ts';
import { type OffsetRanges, offsetsIn } from '../../../lib/pipeline/offset-ranges.ts';
import type { amender, LettersOfHour } from '../../../lib/pipeline/replay/amender.ts';
import type { Random } from '../random.ts';
import { REFUSED_TEXT, REPLAYED_TEXT } from './world.ts';

export type Amender = typeof amender;

interface RecordOfTopic {
  readonly timestampMs: number;
  readonly timestampType: LettersOfHour['records'][number]['timestampType'];
}

type Topic = readonly (readonly RecordOfTopic[])[];
type Amend = ReturnType<Amender>;
type Fix = (offset: number) => string;

const whole = { at: '2026-01-31 13:00:00', id: REPLAYED_TEXT, n: 1 };
const mends: Fix = () => JSON.stringify(whole);

/** Fixes differ: some produce events of both contracts, of one, or of none, or events that cannot be encoded. */
const FIXES: readonly Fix[] = [
  mends,
  (offset) => JSON.stringify(offset % 2 === 0 ? whole : { ...whole, n: 'none' }),
  (offset) => JSON.stringify(offset % 3 === 0 ? { ...whole, id: `${REPLAYED_TEXT} ${REFUSED_TEXT}` } : whole),
  () => JSON.stringify({ at: whole.at, n: 2, note: REPLAYED_TEXT }),
];

/** A replay of an hour. Also requests records that were never rejected, as if a list of letters were wrong. */
export async function replayNow(
  amend: Amend,
  { add }: Pick<ReturnType<typeof replayReports>, 'add'>,
  contract: Contract,
  topic: Topic,
  choices: Random,
) {
  const kafkaPartition = choices.below(topic.length);
  const records = topic[kafkaPartition] ?? [];
  const hourText = JSON.stringify(hourOf(choices.pick(records).timestampMs));
  const fix = choices.pick(FIXES);
  const fixed = (offset: number) => (choices.chance(0.3) ? null : fix(offset));
  const { amended } = await amend(lettersOf(contract, records, kafkaPartition, hourText, fixed));
  add(kafkaPartition, amended);
}

/** The offsets that replays have reported as rows: no offset may be reported by two of them. */
export function replayReports() {
  const reported = new Set<string>();
  const twice: string[] = [];
  return {
    twice,
    add(kafkaPartition: number, amended: OffsetRanges): void {
      for (const offset of offsetsIn(amended)) {
        const position = `${kafkaPartition}/${offset}`;
        if (reported.has(position)) twice.push(`two replays report to have made a row of ${position}`);
        reported.add(position);
      }
    },
  };
}

/** Replays all remaining letters with a fix that every contract accepts, hour by hour. */
export function replaysOfAll(contract: Contract, topic: Topic): readonly LettersOfHour[] {
  return topic.flatMap((records, kafkaPartition) => {
    const hours = new Set(records.map(({ timestampMs }) => JSON.stringify(hourOf(timestampMs))));
    return [...hours].map((hour) => lettersOf(contract, records, kafkaPartition, hour, mends));
  });
}

function lettersOf(
  contract: Contract,
  records: readonly RecordOfTopic[],
  kafkaPartition: number,
  hourText: string,
  fixedOf: (offset: number) => string | null,
): LettersOfHour {
  const letters = records.flatMap(({ timestampMs, timestampType }, offset) => {
    const value = JSON.stringify(hourOf(timestampMs)) === hourText ? fixedOf(offset) : null;
    return value === null
      ? []
      : [{ offset, timestamp: timestampMs, timestampType, value: Buffer.from(value).toString('base64') }];
  });
  const stream = { topic: contract.name, contract, incarnation: 0 };
  return { stream, kafkaPartition, hour: JSON.parse(hourText), records: letters };
}
