import { readFile } from 'node:fs/promises';
import { replaceDurably } from '../adapters/embedded/event-log/durable-file.ts';
import { systemCode } from '../adapters/embedded/file-trouble.ts';
import type { LastAudit } from '../api/lake-routes.ts';
import type { Finding } from '../pipeline/audit/finding.ts';
import type { HourSpan } from '../pipeline/compact/compact-tables.ts';
import { hourText } from '../pipeline/transform/hours.ts';

/** An audit that has ended. */
export interface EndedAudit {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly stream: string | null;
  readonly span: Partial<HourSpan>;
  readonly hours: number;
  readonly comparedLive: boolean;
  readonly findings: readonly Finding[];
}

/** The findings that a report holds; a damaged lake may have one for every object. */
const MAX_FINDINGS = 1000;

/** Leaves the report of the last audit in the data folder, for the dashboard. It replaces the one before. */
export async function writeAuditReport(path: string, audit: EndedAudit): Promise<void> {
  const { beganMs, endedMs, stream, span, hours, comparedLive, findings } = audit;
  const report: LastAudit = {
    ...{ began_at: new Date(beganMs).toISOString(), ended_at: new Date(endedMs).toISOString(), stream },
    ...{ from: span.from ? hourText(span.from) : null, to: span.to ? hourText(span.to) : null },
    ...{ hours, compared_live: comparedLive },
    findings: findings.slice(0, MAX_FINDINGS).map(({ kind, table, hour, message, remedy, repair }) => ({
      ...{ kind, table, hour: hour && hourText(hour), message, remedy },
      command: repair === undefined ? null : repairCommand(hour && hourText(hour)),
    })),
  };
  await replaceDurably(path, `${JSON.stringify(report)}\n`);
}

/** The command that repairs a finding, and others of its hour. */
function repairCommand(hour: string | null): string {
  return hour === null ? 'weir repair --apply' : `weir repair --from ${hour} --to ${hour} --apply`;
}

/** Null if no audit has left a report, or another version of Weir has. */
export async function readAuditReport(path: string): Promise<LastAudit | null> {
  try {
    const report = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(report?.findings) && typeof report.ended_at === 'string' ? report : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}
