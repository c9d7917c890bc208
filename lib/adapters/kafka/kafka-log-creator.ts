import { type LogEntry, type logCreator, logLevel } from 'kafkajs';

/** The same line is reported again after this long. */
const TELL_AGAIN_AFTER_MS = 30_000;
const MAX_REMEMBERED_LINES = 100;

/**
 * Passes on only those kafkajs log lines that an operator needs: an unreachable broker, records deleted before they
 * were read, a consumer that gave up. Routine recovery (finding a coordinator, a rebalance, a leader that moves) is not
 * reported; an operation that finally fails throws.
 */
export function kafkaLogCreator(warn: (line: string) => void): logCreator {
  const toldAtMs = new Map<string, number>();
  return () => (entry) => {
    const line = lineOf(entry);
    if (line === undefined || Date.now() - (toldAtMs.get(line) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_AFTER_MS)
      return;
    if (toldAtMs.size >= MAX_REMEMBERED_LINES) toldAtMs.clear();
    toldAtMs.set(line, Date.now());
    warn(line);
  };
}

function lineOf({ namespace, level, log }: LogEntry): string | undefined {
  const { message } = log;
  if (namespace === 'Connection' && level <= logLevel.ERROR && !message.startsWith('Response')) {
    return `Kafka: ${log.broker}: ${message}; trying again`;
  }
  if (/out of range/i.test(message)) {
    const where = `topic ${log.topic}, kafka partition ${log.partition}, group ${log.groupId}`;
    return `Kafka: ${where}: the next offset is gone; continuing at the oldest record`;
  }
  return undefined;
}
