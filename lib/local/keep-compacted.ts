import type { CompactionCounts, CompactionRequest } from '../pipeline/compact/compact-tables.ts';
import type { Clock } from '../pipeline/ports.ts';
import { hourText } from '../pipeline/transform/hours.ts';
import type { LocalCompactor } from './compaction.ts';
import type { TroubleReport } from './trouble-report.ts';

/** The delay of the first run, so that the pipeline is running by then. */
const FIRST_AFTER_MS = 30_000;

/** Timers on a busy machine are late by less than this. */
const SLEPT_MS = 60_000;

type Compactor = Pick<LocalCompactor, 'compact' | 'close'>;

interface Compacting {
  readonly open: () => Promise<Compactor>;
  /** 0 disables compaction. */
  readonly everyMs: number;
  readonly tables: CompactionRequest['tables'];
  readonly clock: Clock;
  readonly report: TroubleReport;
  readonly signal: AbortSignal;
}

/**
 * Compacts what is due, repeatedly, until `signal` aborts. Failures are reported and retried. If the machine was
 * suspended, so were other readers of the lake: old generations are not deleted before the following run.
 */
export async function keepCompacted({ open, everyMs, tables, clock, report, signal }: Compacting): Promise<void> {
  if (everyMs === 0) return;
  let compactor: Compactor | undefined;
  let pauseMs = Math.min(everyMs, FIRST_AFTER_MS);
  for (;;) {
    const asleepAtMs = clock.now();
    await clock.sleep(pauseMs, signal);
    if (signal.aborted) break;
    const hasSlept = clock.now() - asleepAtMs > pauseMs + SLEPT_MS;
    pauseMs = everyMs;
    try {
      compactor ??= await open();
      const { failures } = await compactor.compact({ tables, keepsOld: hasSlept, signal });
      if (failures.length === 0) report.succeeded();
      else report.failed('compacting the lake', new Error(failureLines(failures).join('; ')));
    } catch (error) {
      report.failed('compacting the lake', error);
    }
  }
  await compactor?.close();
}

/** `lake.shop_purchases 2026-01-31T13: …` */
export function failureLines(failures: CompactionCounts['failures']): readonly string[] {
  return failures.map(({ table, hour, message }) => `${table} ${hourText(hour)}: ${message}`);
}
