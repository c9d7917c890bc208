import type { Probe } from '../derive/probe.ts';
import type { ReaderName } from '../derive/topic-readers.ts';

type Row = Readonly<Record<string, string | null>>;

/** The operations of a running deployment that a verification uses. Each throws if AWS rejects it. */
export interface RunningDeployment {
  /** The event source mappings of one reader's function. */
  mappings(reader: ReaderName): Promise<readonly Mapping[]>;
  /**
   * Sends an event of each stream that has example events, with the id in the additional key `PROBE_KEY`, and one
   * record that no contract accepts.
   */
  sendProbe(id: string): Promise<Probe>;
  /** Runs a query over the lake in Athena. @throws with Athena's reason when it fails. */
  queryLake(sql: string): Promise<readonly Row[]>;
  /** The Kafka timestamp of the newest record that live metrics count, by stream, from the REST API. */
  newestCounted(): Promise<ReadonlyMap<string, number>>;
  /** Runs the models over the open hour and the one before, then searches the warehouse for the probe. */
  runModels(probe: Probe): Promise<ModelsRun>;
}

export interface Mapping {
  readonly topic: string;
  /** `Enabled`, `Disabled`, or a transitional state: `Creating`, `Enabling`, `Updating`, … */
  readonly state: string;
  /** The result of its last batch: `OK`, `No records processed`, or `PROBLEM: …`. */
  readonly lastResult: string;
}

export interface ModelsRun {
  /** A message for each hour that could not be published. */
  readonly failures: readonly string[];
  /** Whether the run was cut short; the next run continues. */
  readonly cutShort: boolean;
  /** The rows of the probe in the warehouse; null if models failed. */
  readonly found: { readonly streams: readonly string[]; readonly unpublished: readonly string[] } | null;
}
