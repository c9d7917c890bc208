/**
 * Why a record cannot be a row. The closed list is also the `reason` column of `lake.dead_letters` and the dimension of
 * the dead-letter metric.
 */
export const rejectionReasons = [
  'not_utf8',
  'invalid_text',
  'not_json',
  'not_an_object',
  'null_value',
  'missing',
  'wrong_type',
  'out_of_range',
  'bad_format',
  'rule',
  'event_time_out_of_range',
  'missing_header',
  'no_contract',
  'unencodable',
] as const;

export type RejectionReason = (typeof rejectionReasons)[number];

/** A verdict against a record. Neither `path` nor `detail` ever contains a value from the payload. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** The first failing field in the contract's order, dotted (`messages.0.message_id`); empty for the whole record. */
  readonly path: string;
  /** What was expected and what kind of thing was found. */
  readonly detail: string;
}
