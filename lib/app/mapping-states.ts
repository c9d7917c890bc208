import { topicOf } from '../derive/topic.ts';
import type { ReaderName } from '../derive/topic-readers.ts';
import type { Mapping, RunningDeployment } from './running-deployment.ts';

/** Transitional states of a mapping. */
const PASSING = new Set(['Creating', 'Enabling', 'Updating']);

/** Problems of a reader's mappings, transient or permanent; null if there are none. */
export function enabledMappings(
  reader: ReaderName,
  topics: readonly string[],
  mappings: readonly Mapping[],
): { readonly passing: string | null; readonly lasting: string | null } {
  const states = new Map(mappings.map(({ topic, state }) => [topic, state]));
  const others = topics
    .map((topic) => ({ topic, state: states.get(topic) ?? 'none' }))
    .filter(({ state }) => state !== 'Enabled');
  if (others.length === 0) return { passing: null, lasting: null };
  const found = others.map(({ topic, state }) => `${topic}: ${state}`).join(', ');
  const text = `expected an enabled mapping of each topic to the ${reader}, found ${found}`;
  return others.every(({ state }) => PASSING.has(state))
    ? { passing: text, lasting: null }
    : { passing: null, lasting: `${text}; enable it, or deploy again` };
}

export interface FailingReader {
  readonly reader: ReaderName;
  readonly lastResult: string;
}

/** The readers whose last batch failed, each given with the streams of which it should have processed a record. */
export async function failingReaders(
  running: Pick<RunningDeployment, 'mappings'>,
  ways: ReadonlyMap<ReaderName, readonly string[]>,
  topics: ReadonlyMap<string, string>,
): Promise<readonly FailingReader[]> {
  const failing: FailingReader[] = [];
  for (const [reader, streams] of ways) {
    if (streams.length === 0) continue;
    const read = new Set(streams.map((name) => topicOf({ name }, topics)));
    const failed = (await running.mappings(reader)).find(
      ({ topic, lastResult }) => read.has(topic) && lastResult.startsWith('PROBLEM'),
    );
    if (failed !== undefined) failing.push({ reader, lastResult: failed.lastResult });
  }
  return failing;
}
