import { existsSync } from 'node:fs';
import { fileTrouble } from '../../lib/adapters/embedded/file-trouble.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { auditFolder, type FolderReport } from '../../lib/local/audit-folder.ts';
import { writeAuditReport } from '../../lib/local/audit-report.ts';
import { type DataFolder, dataFolder } from '../../lib/local/folder/data-folder.ts';
import type { AuditRequest } from '../../lib/pipeline/audit/audit.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { givenStream } from '../given-stream.ts';
import { givenBounds } from '../hour-options.ts';
import { interruptible } from '../interrupt.ts';
import { hoursProgress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { findingsText, findingText, hoursChecked } from './finding-text.ts';

/** What is audited. */
export interface AuditSelection {
  readonly stream?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface AuditOptions extends Partial<Settings>, AuditSelection {
  readonly json?: boolean;
}

/** `weir audit`. Returns the exit code: 1 if there are findings. @throws UsageError */
export async function runAudit({ contracts }: LocatedProject, options: AuditOptions): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const given = { folder: dataFolder(settings.dataDir), settings, clock: systemClock };
  const request = { contracts, ...auditSelection(contracts, options) };
  const signal = interruptible();
  const { onProgress, end } = hoursProgress(process.stderr, systemClock.now);
  const beganMs = systemClock.now();
  const report = await auditFolder(given, { ...request, onProgress, signal });
  const { findings, hours, unread } = report;
  end();
  if (!signal.aborted) await leaveReport(given.folder, { ...request, ...report, beganMs });
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const finding of findings) process.stdout.write(`${findingText(finding)}\n  to do: ${finding.remedy}\n`);
    const interrupted = signal.aborted ? '; interrupted' : '';
    process.stdout.write(`${hoursChecked(hours)}, ${findingsText(findings.length)}${interrupted}\n`);
  }
  if (unread !== null) process.stderr.write(`weir audit: live metrics could not be read: ${unread}\n`);
  return findings.length === 0 && unread === null && !signal.aborted ? 0 : 1;
}

type Audited = FolderReport & Pick<AuditRequest, 'stream' | 'span'> & { readonly beganMs: number };

/** For the dashboard. A folder that may only be read is audited all the same. */
async function leaveReport({ dir, auditFile }: DataFolder, audited: Audited): Promise<void> {
  const { stream = null, span = {}, unread, ...found } = audited;
  if (!existsSync(dir)) return;
  const comparedLive = unread === null && span.from === undefined && span.to === undefined;
  try {
    await writeAuditReport(auditFile, { ...found, stream, span, comparedLive, endedMs: systemClock.now() });
  } catch (error) {
    const { message } = fileTrouble('write', auditFile, error);
    process.stderr.write(`weir audit: the dashboard will not show this audit: ${message}\n`);
  }
}

/** @throws UsageError for an unknown stream, invalid hours, and a span that ends before it begins. */
export function auditSelection(
  contracts: LocatedProject['contracts'],
  { stream, from, to }: AuditSelection,
): Pick<AuditRequest, 'stream' | 'span'> {
  const bounds = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const span = givenBounds(bounds, systemClock.now());
  return stream === undefined ? { span } : { stream: givenStream(contracts, stream).name, span };
}
