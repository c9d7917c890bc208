import type { RowSelect } from '../derive/row-select.ts';
import { type Lines, longestLineBytes, sliceOfLines, withoutLines } from './lines.ts';
import type { RowConstants, RowEncoder } from './ports.ts';

export interface TableRows {
  readonly select: RowSelect;
  readonly constants: RowConstants;
  readonly lines: Lines;
}

export interface EncodedRows {
  readonly body: Uint8Array;
  /** Offsets of lines that the encoder refused: they are not in any row. */
  readonly refused: ReadonlySet<number>;
}

/**
 * Encodes the lines as one Parquet object. Lines that the encoder refuses are found by halving and left out.
 * @param footerFor returns the object's footer, given the lines that had to be left out.
 */
export async function encodeRows(
  encoder: RowEncoder,
  rows: TableRows,
  footerFor: (refused: ReadonlySet<number>) => Readonly<Record<string, string>>,
): Promise<EncodedRows> {
  const encode = (lines: Lines, refused: ReadonlySet<number>) =>
    encoder.encode({
      select: rows.select,
      constants: rows.constants,
      lines: lines.bytes,
      longestLineBytes: longestLineBytes(lines),
      footer: footerFor(refused),
    });
  const none: ReadonlySet<number> = new Set();
  const whole = await encode(rows.lines, none);
  if ('body' in whole) return { body: whole.body, refused: none };

  const refuses = async (lines: Lines) => 'refused' in (await encode(lines, none));
  const refused = new Set(await culprits(rows.lines, refuses));
  const rest = await encode(withoutLines(rows.lines, refused), refused);
  if ('body' in rest) return { body: rest.body, refused };
  throw new Error(`rows that encode one by one were refused together: ${rest.refused}`);
}

async function culprits(lines: Lines, refuses: (lines: Lines) => Promise<boolean>): Promise<readonly number[]> {
  if (!(await refuses(lines))) return [];
  if (lines.offsets.length === 1) return lines.offsets;
  const middle = lines.offsets.length >> 1;
  const left = await culprits(sliceOfLines(lines, 0, middle), refuses);
  const right = await culprits(sliceOfLines(lines, middle, lines.offsets.length), refuses);
  return [...left, ...right];
}
