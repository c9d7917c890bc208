import { payloadDiff } from '../../lib/local/dead-letters/payload-diff.ts';
import type { ReplayTotals } from '../../lib/local/dead-letters/replay-letters.ts';
import { count } from '../../lib/local/display/status-lines.ts';
import type { AcceptedLetter, LeftLetter } from '../../lib/pipeline/replay/judge-letters.ts';
import type { Letter, LetterBatch } from '../../lib/pipeline/replay/letter.ts';

/** Dead letters that are shown one by one: those still rejected, and in a dry run those that would become rows. */
const MAX_SHOWN = 20;

/** Prints the result of each of the first dead letters. */
export function letterLines(output: Pick<NodeJS.WriteStream, 'write'>) {
  let more = 0;
  let shown = 0;
  const add = (lines: readonly string[]) => {
    if (shown === MAX_SHOWN) more++;
    else {
      output.write(`${lines.join('\n')}\n`);
      shown++;
    }
  };
  return {
    stays: (batch: LetterBatch, { letter, why }: LeftLetter) => add([`${letterText(batch, letter)}: stays: ${why}`]),
    wouldBeRow(batch: LetterBatch, { letter, payload }: AcceptedLetter) {
      const changes = payloadDiff(letter.payload, Buffer.from(payload).toString('utf8'));
      add([`${letterText(batch, letter)}: would be a row`, ...changes.map((line) => `  ${line}`)]);
    },
    end() {
      if (more > 0) output.write(`… and ${count(more)} more\n`);
    },
  };
}

function letterText({ stream, kafkaPartition }: LetterBatch, { kafkaOffset, reason, path }: Letter): string {
  return `${stream} ${kafkaPartition} ${kafkaOffset} (${reason}${path === '' ? '' : ` at ${path}`})`;
}

/** What became of the events of refined tables: `7 rows made in refined tables`. */
export function refinedLines({ refinedRows, unrefined }: Pick<ReplayTotals, 'refinedRows' | 'unrefined'>) {
  const shown = unrefined
    .slice(0, MAX_SHOWN)
    .map(({ stream, kafkaPartition, kafkaOffset, why }) => `${stream} lacks ${kafkaPartition} ${kafkaOffset}: ${why}`);
  const more = unrefined.length - shown.length;
  return [
    ...(refinedRows === 0
      ? []
      : [`${count(refinedRows)} ${refinedRows === 1 ? 'row' : 'rows'} made in refined tables`]),
    ...shown,
    ...(more > 0 ? [`… and ${count(more)} more`] : []),
  ];
}

interface ShownTotals extends Pick<ReplayTotals, 'made' | 'left' | 'byOthers'> {
  /** Selected dead letters that were replayed earlier. */
  readonly before: number;
}

/** `3 open letters: 2 are rows now, 1 stays a letter; 5 were rows before` */
export function replaySummary({ before, made, left, byOthers }: ShownTotals, isDry: boolean): string {
  const open = made + left + byOthers;
  const rows = isDry
    ? `${count(made)} would be ${made === 1 ? 'a row' : 'rows'}`
    : `${count(made)} ${made === 1 ? 'is a row' : 'are rows'} now`;
  const stays = left === 0 ? '' : `, ${count(left)} ${left === 1 ? 'stays a letter' : 'stay letters'}`;
  const others = byOthers === 0 ? '' : `, ${count(byOthers)} made rows by another replay`;
  const were = before === 0 ? '' : `; ${count(before)} ${before === 1 ? 'was a row' : 'were rows'} before`;
  if (open === 0) return `no open letters${were}`;
  return `${count(open)} open ${open === 1 ? 'letter' : 'letters'}: ${rows}${stays}${others}${were}`;
}
