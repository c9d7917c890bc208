import type { Probe } from '../derive/probe.ts';
import type { ReaderName } from '../derive/topic-readers.ts';

type Row = Readonly<Record<string, string | null>>;

/** A deployment that runs, as far as a verification uses it. Each call throws when AWS refuses it. */
export interface RunningDeployment {
  /** The event source mappings of one reader's function. */
  mappings(reader: ReaderName): Promise<readonly Mapping[]>;
  /**
   * Sends an event of each stream that has example events, with the id in the additional key `PROBE_KEY`, and one record that no
   * contract accepts.
   */
  sendProbe(id: string): Promise<Probe>;
  /** Runs a query over the lake in Athena. @throws with Athena's reason when it fails. */
  queryLake(sql: string): Promise<readonly Row[]>;
  /** The Kafka timestamp of the newest record that live metrics count, by stream, as the REST API says it. */
  newestCounted(): Promise<ReadonlyMap<string, number>>;
  /** Runs the models over the open hour and the one before, then searches the warehouse for the probe. */
  runModels(probe: Probe): Promise<ModelsRun>;
}

export interface Mapping {
  readonly topic: string;
  /** `Enabled`, `Disabled`, or on the way there: `Creating`, `Enabling`, `Updating`, … */
  readonly state: string;
  /** What its last batch came to: `OK`, `No records processed`, or `PROBLEM: …`. */
  readonly lastResult: string;
}

export interface ModelsRun {
  /** What could not be published, a text each. */
  readonly failures: readonly string[];
  /** Whether the run was stopped before its end; another goes on. */
  readonly cutShort: boolean;
  /** What the warehouse shows of the probe; null when models failed. */
  readonly found: { readonly streams: readonly string[]; readonly unpublished: readonly string[] } | null;
}
