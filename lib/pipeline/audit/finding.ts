import type { HourOfTable } from '../../derive/table-partition.ts';
import type { OffsetRanges } from '../offset-ranges.ts';

/** A violation of the slot chain's protocol. */
export interface Finding {
  readonly kind:
    | 'lost_object'
    | 'damaged_object'
    | 'does_not_add_up'
    | 'foreign_object'
    | 'rows_twice'
    | 'rows_missing'
    | 'rows_unknown'
    | 'refined_twice'
    | 'refined_missing'
    | 'letters_missing'
    | 'letters_unknown'
    | 'unregistered_hour'
    | 'wrong_location'
    | 'generation_half_made'
    | 'slot_unseen'
    | 'live_behind'
    | 'live_differs';
  /** `lake.shop_purchases` */
  readonly table: string;
  /** null if it concerns all hours: live metrics. */
  readonly hour: HourOfTable | null;
  /** The problem, with objects and offsets. */
  readonly message: string;
  /** How to fix it. */
  readonly remedy: string;
  /** How `weir repair` fixes it; absent if it cannot. */
  readonly repair?:
    | 'registers the hour'
    | 'moves the location forward'
    | 'finishes the generation'
    | 'counts its live metrics again from the lake';
}

/** A problem of a chain whose table and hour are known. */
export type ChainFinding = Pick<Finding, 'kind' | 'message' | 'remedy' | 'repair'>;

export const FROM_A_COPY = 'put the object back from a copy, if there is one';

/** `kafka partition 3, offsets 4 to 7, 9` */
export function offsetsText(kafkaPartition: number, offsets: OffsetRanges): string {
  return `kafka partition ${kafkaPartition}, offsets ${rangesText(offsets)}`;
}

const MAX_SHOWN = 20;

function rangesText(offsets: OffsetRanges): string {
  const shown = offsets
    .slice(0, MAX_SHOWN)
    .map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
  const more = offsets.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more ranges` : ''}`;
}
