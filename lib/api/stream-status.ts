/** Where a stream stands. */
export interface StreamStatus {
  readonly stream: string;
  readonly topic: string;
  /**
   * Records that are in the lake or on their way there: rows, dead letters and lag. Repetitions in a refined topic are none.
   * null until those of earlier runs are counted, and in AWS.
   */
  readonly eventsIn: number | null;
  /** null until those of earlier runs are counted. */
  readonly rows: number | null;
  readonly deadLetters: number | null;
  /**
   * Records on the topic that are not in the lake yet. Those that are still to be read are counted by their offsets, of which
   * transactions and compaction leave some without a record. null in AWS, where CloudWatch has it.
   */
  readonly lag: number | null;
  /**
   * Kafka timestamp of the newest record that this run has brought into the lake, milliseconds since 1970; in AWS of the newest
   * that live metrics have counted, null for a stream without any.
   */
  readonly newestMs: number | null;
}
