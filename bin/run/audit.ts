import { systemClock } from '../../lib/adapters/system-clock.ts';
import { auditFolder } from '../../lib/local/audit-folder.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
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
  const { findings, hours, unread } = await auditFolder(given, { ...request, onProgress, signal });
  end();
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const finding of findings) process.stdout.write(`${findingText(finding)}\n  to do: ${finding.remedy}\n`);
    const interrupted = signal.aborted ? '; interrupted' : '';
    process.stdout.write(`${hoursChecked(hours)}, ${findingsText(findings.length)}${interrupted}\n`);
  }
  if (unread !== null) process.stderr.write(`weir audit: live metrics could not be read: ${unread}\n`);
  return findings.length === 0 && unread === null && !signal.aborted ? 0 : 1;
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
