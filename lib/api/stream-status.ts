/** The state of a stream. */
export interface StreamStatus {
  readonly stream: string;
  readonly topic: string;
  /**
   * Records that are in the lake or on their way there: rows, dead letters and lag. A refined topic's repetitions are
   * not counted. Null until the records of earlier runs are counted, and in AWS.
   */
  readonly eventsIn: number | null;
  /** Null until the rows of earlier runs are counted. */
  readonly rows: number | null;
  readonly deadLetters: number | null;
  /**
   * Records on the topic that are not in the lake yet. Unread records are counted by offset, and transactions and
   * compaction leave some offsets without a record. Null in AWS, where CloudWatch reports it.
   */
  readonly lag: number | null;
  /**
   * Kafka timestamp of the newest record that this run has written to the lake, milliseconds since 1970. In AWS, of the
   * newest record that live metrics have counted; null if the stream has none.
   */
  readonly newestMs: number | null;
}
