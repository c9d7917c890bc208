import type { Generator } from '../../lib/generators/generator.ts';
import type { GenerateRequest } from './handler.ts';

interface ScheduledDeps {
  readonly generate: (request: GenerateRequest) => Promise<{ readonly sent: number }>;
  readonly generators: readonly Generator[];
  /** The factor applied to each stream's rate. */
  readonly rate: number;
  /** Called once per invocation. */
  readonly summary: (fields: Readonly<Record<string, unknown>>) => void;
}

const MINUTE_MS = 60_000;
/** Exceeds the number of scheduled times that the scheduler may retry. */
const REMEMBERED_TIMES = 100;

/**
 * Sends a minute's events for every stream that has a generator, once per scheduled time: if this process has completed
 * a scheduled time, another delivery of it does nothing.
 * @throws if a stream's events could not be sent, after all others were; the scheduled time may then be delivered
 * again.
 */
export function scheduled({ generate, generators, rate, summary }: ScheduledDeps) {
  const done = new Set<string>();

  return async ({ scheduledTime }: { readonly scheduledTime: string }): Promise<{ readonly sent: number }> => {
    if (done.has(scheduledTime)) {
      summary({ level: 'INFO', message: 'generated before', scheduledTime, sent: 0 });
      return { sent: 0 };
    }
    const requests = generators.map((generator) => ({ stream: generator.stream, count: perMinute(generator, rate) }));
    const results = await Promise.allSettled(requests.map(generate));
    const sent = results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value.sent : 0), 0);
    const failed = results.find((result) => result.status === 'rejected');
    summary({ level: failed === undefined ? 'INFO' : 'ERROR', message: 'generated', scheduledTime, sent });
    if (failed !== undefined) throw failed.reason;
    done.add(scheduledTime);
    const [oldest] = done;
    if (done.size > REMEMBERED_TIMES && oldest !== undefined) done.delete(oldest);
    return { sent };
  };
}

/** Events per minute; at least one, however slow the stream is. */
function perMinute({ everyMs: [least, most] }: Generator, rate: number): number {
  return Math.max(1, Math.round((MINUTE_MS * rate) / ((least + most) / 2)));
}
