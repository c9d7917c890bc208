import { shownValue } from '../model/format.ts';
import { GroupTable } from './group-table.tsx';
import type { TileProps } from './metric-tile.tsx';

const SHOWN = 10;

/** The top groups of an all-time metric. */
export function Ranking({ metric }: TileProps) {
  const rows = metric.rows.slice(0, SHOWN);
  return (
    <>
      <GroupTable metric={metric} rows={rows} />
      <Further count={metric.groups - rows.length} href={metric.href} />
    </>
  );
}

export function Further({ count, href }: { readonly count: number; readonly href: string }) {
  if (count <= 0) return null;
  return (
    <p class="further">
      and <a href={`/api${href}`}>{shownValue(count)} further</a>
    </p>
  );
}
