import type { InputLine, LineSource, OverlongLine } from './input-line.ts';
import type { Rejection } from './outcome.ts';
import type { Clock, RecordToAppend } from './ports.ts';
import type { Producer } from './produce.ts';

/** A line that was not sent, and why. Contains nothing of the line itself. */
export interface RefusedLine extends LineSource, Rejection {}

export interface ProduceLinesOptions {
  readonly producer: Producer;
  /** `admission(contract).admit`, or a function that makes raw records. */
  readonly admit: (text: Uint8Array, nowMs: number) => { readonly record: RecordToAppend } | Rejection;
  readonly clock: Clock;
  readonly onRefused: (line: RefusedLine) => void;
  /** Called after each line, refused ones included. */
  readonly onLine?: () => void;
  /** Stops taking lines; those taken before are still sent. */
  readonly signal?: AbortSignal;
}

/**
 * Sends every admitted line, in order, and reports the others. Resolves when all of them are durable.
 * @throws ProduceError if the log does not accept them; also whatever `lines` throws, after all lines taken before were
 * sent.
 */
export async function produceLines(
  lines: AsyncIterable<InputLine | OverlongLine>,
  options: ProduceLinesOptions,
): Promise<{ readonly sent: number; readonly refused: number }> {
  const { producer, admit, clock, onRefused, onLine, signal } = options;
  const before = producer.sent();
  let refused = 0;
  try {
    for await (const line of lines) {
      if (signal?.aborted) break;
      const outcome = 'refused' in line ? line.refused : admit(line.bytes, clock.now());
      if ('reason' in outcome) {
        refused += 1;
        onRefused({ ...line.source, ...outcome });
      } else {
        await producer.send(outcome.record);
      }
      onLine?.();
    }
  } finally {
    await producer.flush();
  }
  return { sent: producer.sent() - before, refused };
}
