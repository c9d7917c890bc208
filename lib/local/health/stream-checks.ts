import type { RuleFinding } from '../../api/health-routes.ts';
import type { StreamStatus } from '../../api/stream-status.ts';
import { alarmRules, breaks, readerLag, streamSilent } from '../../derive/alarm-rules.ts';
import type { RuleCheck } from './watch-rules.ts';

export interface StreamCheckOptions {
  status(): Promise<readonly StreamStatus[]>;
  readonly nowMs: () => number;
  readonly periodSeconds: number;
  readonly everyMs: number;
}

const page = ({ stream }: StreamStatus) => ['streams', stream] as const;

/** Half an hour with periods of five minutes. */
const SILENT_PERIODS = 6;

/** A stream that had records has had none for some periods. */
export function silenceCheck({ status, nowMs, periodSeconds, everyMs }: StreamCheckOptions): RuleCheck {
  const minutes = (SILENT_PERIODS * periodSeconds) / 60;
  const rule = { ...streamSilent('a stream', minutes), periodSeconds, periods: SILENT_PERIODS };
  return {
    ...{ rule, everyMs },
    async findings() {
      const silent = (await status()).filter(
        // A stream that waits in the topic is not silent: another rule watches its lag.
        ({ lag, newestMs }) => lag === 0 && newestMs !== null && nowMs() - newestMs > minutes * 60_000,
      );
      return silent.map((stream): RuleFinding => {
        const newest = new Date(stream.newestMs ?? 0).toISOString().slice(0, 19).replace('T', ' ');
        const found = `No producer sends events to topic ${stream.topic}: its newest record is of ${newest} UTC, and none waits.`;
        return { where: stream.stream, found, page: page(stream) };
      });
    },
  };
}

/** More records wait than the threshold, for as long as the rule says. */
export function lagCheck({ status, nowMs, periodSeconds, everyMs }: StreamCheckOptions): RuleCheck {
  const rule = { ...readerLag('sink'), periodSeconds };
  const sinceMs = new Map<string, number>();
  return {
    ...{ rule, everyMs },
    async findings() {
      const found: RuleFinding[] = [];
      for (const one of await status()) {
        if (!breaks(rule, one.lag ?? 0)) {
          sinceMs.delete(one.stream);
          continue;
        }
        const since = sinceMs.get(one.stream) ?? nowMs();
        sinceMs.set(one.stream, since);
        if (nowMs() - since < rule.periods * rule.periodSeconds * 1000) continue;
        const waiting = `${one.lag} records wait in topic ${one.topic}, and the sink does not catch up`;
        found.push({
          where: one.stream,
          found: `${waiting}: see the current problems, or the rate of events.`,
          page: page(one),
        });
      }
      return found;
    },
  };
}

interface Counted {
  readonly atMs: number;
  readonly rows: number;
  readonly deadLetters: number;
}

/** Dead letters have arrived in the last period. */
export function deadLetterCheck({ status, nowMs, periodSeconds, everyMs }: StreamCheckOptions): RuleCheck {
  const rule = { ...alarmRules.deadLetters, periodSeconds };
  const counted = new Map<string, readonly Counted[]>();
  return {
    ...{ rule, everyMs },
    async findings() {
      const found: RuleFinding[] = [];
      for (const one of await status()) {
        if (one.rows === null || one.deadLetters === null) continue;
        const now = { atMs: nowMs(), rows: one.rows, deadLetters: one.deadLetters };
        // The newest count before the period, and those within it.
        const before = counted.get(one.stream) ?? [];
        const first = before.findLastIndex(({ atMs }) => now.atMs - atMs >= periodSeconds * 1000);
        const kept = [...before.slice(Math.max(0, first)), now];
        counted.set(one.stream, kept);
        const [letters, rows] = [now.deadLetters - (kept[0]?.deadLetters ?? 0), now.rows - (kept[0]?.rows ?? 0)];
        if (!breaks(rule, letters)) continue;
        const records = `${letters} ${letters === 1 ? 'record' : 'records'}`;
        const refused =
          rows <= 0 ? `The contract refuses every event: ${records} refused` : `The contract refuses ${records}`;
        const others = rows <= 0 ? 'no row' : `${rows} rows`;
        found.push({
          where: one.stream,
          found: `${refused}, and ${others}, in the last ${periodSeconds} s.`,
          page: ['dead-letters'],
          query: { stream: one.stream },
        });
      }
      return found;
    },
  };
}
