/** A record that waits to be delivered, and its size. */
export interface Waiting {
  readonly offset: number;
  /** Its size in the payload, as Lambda counts it. */
  readonly payloadBytes: number;
}

export interface WaitingQueue {
  readonly kafkaPartition: number;
  /** In log order. */
  readonly records: readonly Waiting[];
  /** True if its oldest record has waited for the batch window: it need not wait for the longer runs of others. */
  readonly isOverdue: boolean;
}

export interface DeliveryLimits {
  readonly maxRecords: number;
  /** The maximum size of a payload's records. A single larger record is delivered alone. */
  readonly maxPayloadBytes: number;
}

/** How many records each kafka partition contributes to a delivery, from the front: at least one. */
export type Cut = ReadonlyMap<number, number>;

export interface BatchPlan {
  readonly cut: Cut;
  /** True if the batch is full, so that waiting is pointless. */
  readonly isFull: boolean;
}

/**
 * Plans the next payload. Takes one kafka partition after another, as many records of each as fit: few long runs make
 * few large objects. Overdue ones come first, then those with the longest runs; otherwise the given order counts. A
 * kafka partition that would have to be split is left for the next payload, unless this one is less than half full.
 */
export function planBatch(queues: readonly WaitingQueue[], limits: DeliveryLimits): BatchPlan {
  const cut = new Map<number, number>();
  let room = limits;
  for (const { kafkaPartition, records } of longestRunsFirst(queues, limits)) {
    if (records.length === 0) continue;
    const run = runThatFits(records, room, cut.size === 0);
    const isSplit = run.records < records.length;
    const isUseful = cut.size === 0 || !isSplit || isHalfEmpty(room, limits);
    if (isUseful && run.records > 0) cut.set(kafkaPartition, run.records);
    if (isSplit) return { cut, isFull: true };
    room = { maxRecords: room.maxRecords - run.records, maxPayloadBytes: room.maxPayloadBytes - run.payloadBytes };
  }
  return { cut, isFull: cut.size > 0 && (room.maxRecords === 0 || room.maxPayloadBytes <= 0) };
}

/** A run is never longer than a payload: of several that fill one, the first in the given order comes first. */
function longestRunsFirst(queues: readonly WaitingQueue[], limits: DeliveryLimits): readonly WaitingQueue[] {
  const ranked = queues.map((queue) => ({
    queue,
    rank: queue.isOverdue ? Number.POSITIVE_INFINITY : runThatFits(queue.records, limits, true).records,
  }));
  // Not the difference: that of two infinities is not a number.
  return ranked
    .sort((one, other) => Number(one.rank < other.rank) - Number(one.rank > other.rank))
    .map(({ queue }) => queue);
}

/** The longest run from the front that fits, with ascending offsets. */
function runThatFits(records: readonly Waiting[], room: DeliveryLimits, atLeastOne: boolean) {
  let count = 0;
  let bytes = 0;
  let lastOffset = -1;
  for (const { offset, payloadBytes } of records) {
    const fits = count < room.maxRecords && bytes + payloadBytes <= room.maxPayloadBytes;
    if (offset <= lastOffset || !(fits || (atLeastOne && count === 0))) break;
    lastOffset = offset;
    bytes += payloadBytes;
    count += 1;
  }
  return { records: count, payloadBytes: bytes };
}

function isHalfEmpty(room: DeliveryLimits, limits: DeliveryLimits): boolean {
  return room.maxRecords * 2 > limits.maxRecords && room.maxPayloadBytes * 2 > limits.maxPayloadBytes;
}
