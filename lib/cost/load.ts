/** The load of a deployment, and measurements of the code: everything besides the templates that costs depend on. */
export interface Load {
  readonly eventsPerSecond: number;
  readonly bytesPerEvent: number;
  /** Athena queries per day, each scanning this much. */
  readonly queriesPerDay: number;
  readonly gigabytesPerQuery: number;
  /** The number of SQL models. */
  readonly models: number;
}

/** A thousand events a second, of 500 bytes. */
export const exampleLoad: Load = {
  eventsPerSecond: 1000,
  bytesPerEvent: 500,
  queriesPerDay: 20,
  gigabytesPerQuery: 1,
  models: 33,
};

/** Measurements, and conservative assumptions where nothing could be measured. */
export const assumptions = {
  hoursPerMonth: 730,
  /** Function time for an event: twice what `npm run bench -- sink` measured on one core. */
  microsecondsPerEvent: 10,
  /** Waiting for S3 in each invocation: a LIST and a PUT, of each kafka partition one after the other. */
  millisecondsPerObject: 120,
  /** Parquet, Snappy, of events of 500 bytes. */
  storedBytesPerEvent: 120,
  /** An invocation's own line, and Lambda's three. */
  logBytesPerInvocation: 1800,
  /** The overhead of base64, key and position per event in a function's payload. */
  payloadBytes: (bytesPerEvent: number) => (bytesPerEvent * 4) / 3 + 190,
  /** A chain's end is looked up again after a minute. */
  listsPerChainAndHour: 60,
  /** Each process asks once whether an hour is registered, in each table that has it. */
  glueRequestsPerTableAndHour: 4,
  /** Function time for an event that is refined: reading it, and its share of a Kafka request. */
  microsecondsPerRefinedEvent: 100,
  /** Waiting for the brokers in each invocation of the refinements. */
  millisecondsPerRefinedBatch: 100,
  /**
   * Function time for an event that live metrics count: twice what `npm run bench -- meter` measured, on half a core.
   */
  microsecondsPerCountedEvent: 10,
  /** Waiting for the store in each invocation of the meter. */
  millisecondsPerCountedBatch: 30,
  /** Store units per event: about a microsecond of work, half of a simple command. Not measured on AWS. */
  storeUnitsPerCountedEvent: 0.5,
  /** The minimum billed for the store. */
  minStoreGigabytes: 0.1,
  /** One dashboard that is always open and polls every two seconds. */
  readsPerSecond: 0.5,
  /** An answer to the screen, packed: most are changed figures. */
  bytesPerRead: 4_000,
  /** People who sign in within a month. */
  people: 10,
  /** Function time of a response, including the store's time. */
  millisecondsPerRead: 30,
  /** Looking whether live metrics lack anything, when they do not; half of it for the answer about offsets. Nobody has measured it there. */
  millisecondsPerRecount: 2_000,
  /** Events per request of a client that batches. */
  eventsPerIngestRequest: 500,
  /** Function time for an event that comes by HTTP: twice what `npm run bench -- ingest` measured, on half a core. */
  microsecondsPerIngestedEvent: 60,
  /** Waiting for the brokers in each request. */
  millisecondsPerIngestRequest: 20,
  /** A model over an hour in Redshift: a transaction of about twenty small statements. Not measured on AWS. */
  secondsPerModelHour: 2,
  /** The daily run checks the hours of two days, and older hours only if they are noted as changed. */
  hoursOfRunOverAll: 48,
  /** Of a mapping whose pollers count errors: those of polling and those of calls. */
  errorMetricsPerMapping: 2,
  /** The minimum that Redshift Serverless bills when it resumes. */
  minBilledSeconds: 60,
  /** Flow logs of a network that only Weir uses. */
  flowLogGigabytesPerMonth: 0.5,
  /** Mean of a topic's retention in use: it fills until the oldest go. */
  retainedDays: 7,
} as const;

/** The maximum that Lambda puts into one call. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
