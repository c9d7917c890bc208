import type { StreamSource } from './folder-identity.ts';

/** A stream whose rows come from a different topic than its current one. */
export interface SourceConflict {
  readonly known: StreamSource;
  readonly found: StreamSource;
  /** An incarnation of the stream that has no rows. */
  readonly nextIncarnation: number;
}

export interface SourcePlan {
  /** To be written before any topic is read. */
  readonly sources: readonly StreamSource[];
  readonly conflicts: readonly SourceConflict[];
}

/**
 * Compares the streams' current sources with the recorded ones. A stream whose incarnation has no rows adopts its
 * current source, because there is nothing to mix up.
 */
export async function planSources(
  known: readonly StreamSource[],
  found: readonly StreamSource[],
  hasRows: (source: StreamSource) => Promise<boolean>,
): Promise<SourcePlan> {
  const sources = new Map(known.map((source) => [keyOf(source), source]));
  const conflicts: SourceConflict[] = [];
  for (const source of found) {
    const before = sources.get(keyOf(source));
    if (before === undefined || !isOther(before, source) || !(await hasRows(source))) {
      // Keep a known id, even if the log does not return one now.
      sources.set(keyOf(source), { ...source, topicId: source.topicId ?? sameLogId(before, source) });
    } else {
      conflicts.push({ known: before, found: source, nextIncarnation: nextIncarnation(known, source) });
    }
  }
  return { sources: [...sources.values()], conflicts };
}

export function isOtherLog({ known, found }: SourceConflict): boolean {
  return known.log !== found.log;
}

/** Why the stream cannot be read, and what to do about it. */
export function conflictMessage({ known, found, nextIncarnation }: SourceConflict): string {
  const { stream, topic } = found;
  const setting = `WEIR_INCARNATIONS=${stream}=${nextIncarnation}`;
  if (known.topic !== topic) {
    return (
      `${stream}: expected the topic ${known.topic}, whose records the lake has, found ${topic}. Nothing is read. ` +
      `If the stream has moved to this topic, set ${setting}`
    );
  }
  return (
    `${stream}: topic ${topic} was deleted and created again: the lake has records of the one with id ${known.topicId}, found ` +
    `id ${found.topicId}. Nothing is read. To take in the new one's records beside those, set ${setting}`
  );
}

const keyOf = ({ stream, incarnation }: StreamSource) => `${stream} ${incarnation}`;

function isOther(known: StreamSource, found: StreamSource): boolean {
  if (known.log !== found.log || known.topic !== found.topic) return true;
  return known.topicId !== null && found.topicId !== null && known.topicId !== found.topicId;
}

function sameLogId(known: StreamSource | undefined, found: StreamSource): string | null {
  return known !== undefined && !isOther(known, found) ? known.topicId : null;
}

function nextIncarnation(known: readonly StreamSource[], { stream, incarnation }: StreamSource): number {
  const used = known.filter((source) => source.stream === stream).map((source) => source.incarnation);
  return Math.max(incarnation, ...used) + 1;
}
