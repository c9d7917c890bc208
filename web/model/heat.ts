import type { LakeHourFigures } from '../../lib/api/lake-routes.ts';
import { shownValue } from './format.ts';

/** What a heat map of the lake can show. */
export const figures = ['rows', 'objects', 'bytes', 'generation', 'late', 'compacted'] as const;
export type LakeFigure = (typeof figures)[number];

export const figureNotes: Readonly<Record<LakeFigure, string>> = {
  rows: 'rows of the hour',
  objects: 'objects that a reader opens',
  bytes: 'bytes of those objects',
  generation: 'how often the hour was compacted',
  late: 'rows written after the hour was compacted',
  compacted: 'whether the hour was compacted',
};

export function figureOf(name: string | undefined): LakeFigure {
  return figures.find((figure) => figure === name) ?? 'rows';
}

/** The number behind a cell; null if it is not known. */
export function numberOf(hour: LakeHourFigures, figure: LakeFigure): number | null {
  return figure === 'compacted' ? Number(hour.compacted) : hour[figure];
}

/** How dark a cell is, 0 to 1: hours differ by orders of magnitude. */
export function heat(value: number | null, greatest: number): number {
  if (value === null || value <= 0 || greatest <= 0) return 0;
  return Math.log1p(value) / Math.log1p(greatest);
}

/** What fits into a cell: `7`, `1.2k`, `31M`, `yes`. */
export function cellText(value: number | null, figure: LakeFigure): string {
  if (value === null) return '?';
  if (figure === 'compacted') return value === 1 ? 'yes' : 'no';
  return shortNumber(value);
}

/** What a cell says in full, its text included: `1.2k, 1,240 rows`. */
export function cellLabel(value: number | null, figure: LakeFigure): string {
  const [text, full] = [cellText(value, figure), fullText(value, figure)];
  return full.split(' ').includes(text) ? full : `${text}, ${full}`;
}

function fullText(value: number | null, figure: LakeFigure): string {
  if (value === null) return `${figure} not known`;
  if (figure === 'compacted') return value === 1 ? 'compacted' : 'not compacted';
  if (figure === 'generation') return `generation ${value}`;
  const counted = figure === 'late' ? 'late rows' : figure;
  return `${shownValue(value)} ${value === 1 ? counted.replace(/s$/, '') : counted}`;
}

const UNITS = ['', 'k', 'M', 'G', 'T'];

/** `999`, `1.2k`, `12k`, `3.4M`. */
export function shortNumber(value: number): string {
  let [shown, unit] = [value, 0];
  // From 999.5 on, a rounded number would have four digits.
  while (shown >= 999.5 && unit < UNITS.length - 1) [shown, unit] = [shown / 1000, unit + 1];
  return `${unit > 0 && shown < 9.95 ? shown.toFixed(1) : Math.round(shown)}${UNITS[unit]}`;
}

const DAY_MS = 86_400_000;

/** `2026-02-01` for `2026-01-31` and 1. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Every day from `from` to `to`, both inclusive, the newest first. */
export function daysBetween(from: string, to: string): readonly string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => dayAfter(to, -at));
}
