import type { CostLine } from './cost-line.ts';
import type { Load } from './load.ts';
import { monthOf } from './work.ts';

/** Sums of a bill. */
export interface CostTotals {
  readonly fixed: number;
  readonly byLoad: number;
  /** Both, per million events. */
  readonly perMillion: number;
  /** The cost that Weir adds to brokers, pollers and warehouse, per million events. */
  readonly addedPerMillion: number;
}

export function costTotals(lines: readonly CostLine[], load: Load): CostTotals {
  const millions = monthOf(load).events / 1e6;
  const sum = (of: (line: CostLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  const [fixed, byLoad] = [sum((line) => line.fixed), sum((line) => line.byLoad)];
  return {
    fixed,
    byLoad,
    perMillion: (fixed + byLoad) / millions,
    addedPerMillion: sum((line) => (line.isAdded ? line.byLoad + line.fixed : 0)) / millions,
  };
}

/** A monthly bill as a Markdown table: fixed costs, costs by load, and costs per million events. */
export function costTable(lines: readonly CostLine[], load: Load): string {
  const millions = monthOf(load).events / 1e6;
  const { fixed, byLoad, perMillion, addedPerMillion } = costTotals(lines, load);
  const rows = lines.map(({ service, item, isAdded, ...line }) => [
    service,
    isAdded ? `${item} *` : item,
    dollars(line.fixed),
    dollars(line.byLoad),
    (line.byLoad / millions).toFixed(5),
  ]);
  const table = [
    ['service', 'item', 'fixed, $/month', 'by load, $/month', 'by load, $/million events'],
    ...rows,
    ['**all**', '', dollars(fixed), dollars(byLoad), (byLoad / millions).toFixed(5)],
  ];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...body] = table;
  return [
    line(head),
    rule,
    ...body.map(line),
    '',
    `All of it: $${dollars(fixed + byLoad)} a month, $${perMillion.toFixed(4)} for a million events.`,
    `What Weir adds (*): $${addedPerMillion.toFixed(4)} for a million events.`,
  ].join('\n');
}

const dollars = (amount: number) => amount.toFixed(2);
