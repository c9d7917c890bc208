/** What is asked of a deployment, and what was measured of the code: all that costs depend on beside the template. */
export interface Load {
  readonly eventsPerSecond: number;
  readonly bytesPerEvent: number;
  /** Athena's, each over this much. */
  readonly queriesPerDay: number;
  readonly gigabytesPerQuery: number;
  /** SQL models that are run. */
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

/** Measured, or stated where nothing could be: each on the dear side. */
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
  /** What base64, key and position add to an event in the payload of a function. */
  payloadBytes: (bytesPerEvent: number) => (bytesPerEvent * 4) / 3 + 190,
  /** A chain's end is looked up again after a minute. */
  listsPerChainAndHour: 60,
  /** Each process asks once whether an hour is registered, in each table that has it. */
  glueRequestsPerTableAndHour: 4,
  /** Function time for an event that is refined: reading it, and its share of a Kafka request. */
  microsecondsPerRefinedEvent: 100,
  /** Waiting for the brokers in each invocation of the refinements. */
  millisecondsPerRefinedBatch: 100,
  /** Function time for an event that live metrics count: twice what `npm run bench -- meter` measured, on half a core. */
  microsecondsPerCountedEvent: 10,
  /** Waiting for the store in each invocation of the meter. */
  millisecondsPerCountedBatch: 30,
  /** Units of the store for an event: it works about a microsecond, half of what a simple command takes. Nobody has measured it there. */
  storeUnitsPerCountedEvent: 0.5,
  /** What the store bills at least. */
  minStoreGigabytes: 0.1,
  /** One screen that is open day and night and asks every two seconds. */
  readsPerSecond: 0.5,
  /** Function time of an answer, the store's included. */
  millisecondsPerRead: 30,
  /** A client that cares about the bill sends as many in a request. */
  eventsPerIngestRequest: 500,
  /** Function time for an event that comes by HTTP: twice what `npm run bench -- ingest` measured, on half a core. */
  microsecondsPerIngestedEvent: 60,
  /** Waiting for the brokers in each request. */
  millisecondsPerIngestRequest: 20,
  /** A model over an hour, in Redshift: a transaction of some twenty small statements. Nobody has measured it there. */
  secondsPerModelHour: 2,
  /** The run over everything asks for the hours of two days, and for older ones only where they are noted as changed. */
  hoursOfRunOverAll: 48,
  /** Of a mapping whose pollers count errors: those of polling and those of calls. */
  errorMetricsPerMapping: 2,
  /** What Redshift Serverless bills at least when it is woken. */
  minBilledSeconds: 60,
  /** Flow logs of a network that only Weir is in. */
  flowLogGigabytesPerMonth: 0.5,
  /** Mean of a topic's retention in use: it fills until the oldest go. */
  retainedDays: 7,
} as const;

/** What Lambda puts into one call at most. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
