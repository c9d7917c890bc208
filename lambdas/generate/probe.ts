import { assertProbeId, badRecord, PROBE_KEY, type Probe } from '../../lib/derive/probe.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { producer } from '../../lib/pipeline/produce.ts';
import { type GenerateDependencies, recordMaker } from './handler.ts';

/** The request of `weir verify`. */
export interface ProbeRequest {
  /** A UUID. */
  readonly probe: string;
}

/**
 * Sends an example event of each stream that has a generator, with the probe's id in an additional key, and sends one
 * record that no contract accepts to the first of these streams. A repeated request sends them again.
 * @throws for an invalid id; ProduceError if the log does not accept the records.
 */
export function createProbe(deps: GenerateDependencies): (request: ProbeRequest) => Promise<Probe> {
  return async ({ probe: id }) => {
    assertProbeId(id);
    const sentMs = deps.clock.now();
    const streams = deps.generators.map(({ stream }) => stream);
    for (const [index, stream] of streams.entries()) {
      const target = await producer({ log: deps.log, topic: topicOf({ name: stream }, deps.topics) });
      await target.send(recordMaker(stream, deps, { [PROBE_KEY]: id })());
      if (index === 0) await target.send({ key: null, value: Buffer.from(badRecord(id)), headers: [] });
      await target.flush();
    }
    return { id, sentMs, streams };
  };
}
