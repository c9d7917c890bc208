import { count } from '../../lib/local/display/status-lines.ts';
import type { Finding } from '../../lib/pipeline/audit/finding.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';

/** `lake.shop_purchases 2026-01-31T13 lost_object: …`, without what to do about it. */
export function findingText({ kind, table, hour, message }: Finding): string {
  const place = hour === null ? table : `${table} ${hourText(hour)}`;
  return `${place} ${kind}: ${message}`;
}

/** `1,200 hours checked` */
export const hoursChecked = (hours: number) => `${count(hours)} ${hours === 1 ? 'hour' : 'hours'} checked`;

/** `3 findings` */
export const findingsText = (found: number) =>
  found === 0 ? 'nothing found' : `${count(found)} ${found === 1 ? 'finding' : 'findings'}`;
