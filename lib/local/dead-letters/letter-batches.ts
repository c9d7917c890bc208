import type { RejectionReason } from '../../pipeline/outcome.ts';
import type { Letter, LetterBatch } from '../../pipeline/replay/letter.ts';
import { type Lake, query } from '../query/query.ts';
import type { CellValue } from '../query/query-value.ts';
import { allRows, type LetterRelations } from './letter-relations.ts';

/** The maximum input of one amending object. */
const MAX_LETTERS = 20_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;

const PLACE = 'stream, topic, incarnation, kafka_partition, dt, hour';
const LETTER = 'kafka_offset, epoch_ms(ingested_at), key, payload, reason, path, detail';

/** The open letters by kafka partition and hour, in batches that fit in memory. */
export async function* letterBatches(lake: Lake, { open }: LetterRelations): AsyncGenerator<LetterBatch> {
  const order = `${PLACE}, kafka_offset`;
  const { rows } = await query(lake, `select ${PLACE}, ${LETTER} from ${open} order by ${order}`);
  let place = '';
  let batch: Omit<LetterBatch, 'letters'> | undefined;
  let letters: Letter[] = [];
  let characters = 0;
  for await (const chunk of rows) {
    for (const row of chunk) {
      const itsPlace = JSON.stringify(row.slice(0, PLACE_COLUMNS));
      const letter = letterOf(row.slice(PLACE_COLUMNS));
      if (
        batch !== undefined &&
        (itsPlace !== place || letters.length === MAX_LETTERS || characters > MAX_CHARACTERS)
      ) {
        yield { ...batch, letters };
        letters = [];
        characters = 0;
      }
      place = itsPlace;
      batch = placeOf(row);
      letters.push(letter);
      characters += letter.payload?.length ?? 0;
    }
  }
  if (batch !== undefined) yield { ...batch, letters };
}

/** The kafka partitions and hours of all letters, open or not. */
export async function letterPlaces(
  lake: Lake,
  { all }: LetterRelations,
): Promise<readonly Omit<LetterBatch, 'letters'>[]> {
  const result = await query(lake, `select distinct ${PLACE} from ${all} order by ${PLACE}`);
  return (await allRows(result)).map(placeOf);
}

const PLACE_COLUMNS = PLACE.split(', ').length;

function placeOf([stream, topic, incarnation, kafkaPartition, dt, hour]: readonly CellValue[]) {
  return {
    stream: String(stream),
    topic: String(topic),
    incarnation: Number(incarnation),
    kafkaPartition: Number(kafkaPartition),
    hour: { dt: String(dt), hour: Number(hour) },
  };
}

function letterOf([offset, ingestedAtMs, key, payload, reason, path, detail]: readonly CellValue[]): Letter {
  return {
    kafkaOffset: Number(offset),
    ingestedAtMs: Number(ingestedAtMs),
    key: textOrNull(key),
    payload: textOrNull(payload),
    reason: String(reason) as RejectionReason,
    path: String(path),
    detail: String(detail),
  };
}

const textOrNull = (value: CellValue | undefined) => (value === null || value === undefined ? null : String(value));
