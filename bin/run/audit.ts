import { duckdbRowPositions } from '../../lib/adapters/duckdb/row-positions.ts';
import { directoryObjectStore } from '../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../lib/adapters/embedded/file-catalog.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { count } from '../../lib/local/display/status-lines.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { audit } from '../../lib/pipeline/audit/audit.ts';
import type { Finding } from '../../lib/pipeline/audit/finding.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { givenStream } from '../given-stream.ts';
import { givenBounds } from '../hour-options.ts';
import { interruptible } from '../interrupt.ts';
import { hoursProgress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface AuditOptions extends Partial<Settings> {
  readonly stream?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `weir audit`. Answers the exit code: 1 where something was found. @throws UsageError */
export async function runAudit({ contracts }: LocatedProject, options: AuditOptions): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  if (options.stream !== undefined) givenStream(contracts, options.stream);
  const { stream } = options;
  const folder = dataFolder(settings.dataDir);
  const span = givenBounds(options, systemClock.now());
  const ports = {
    store: directoryObjectStore(folder.lake),
    catalog: fileCatalog(folder.catalog),
    rows: duckdbRowPositions({ lakeDir: folder.lake, memoryMegabytes: settings.warehouseMemoryMegabytes }),
    clock: systemClock,
  };
  const signal = interruptible();
  const { onProgress, end } = hoursProgress(process.stderr, systemClock.now);
  const { findings, hours } = await audit(ports, { contracts, ...(stream && { stream }), span, onProgress, signal });
  end();
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const finding of findings) process.stdout.write(`${findingText(finding)}\n`);
    const interrupted = signal.aborted ? '; interrupted' : '';
    process.stdout.write(
      `${count(hours)} ${hours === 1 ? 'hour' : 'hours'} looked at, ${foundText(findings.length)}${interrupted}\n`,
    );
  }
  return findings.length === 0 && !signal.aborted ? 0 : 1;
}

const foundText = (found: number) =>
  found === 0 ? 'nothing found' : `${count(found)} ${found === 1 ? 'finding' : 'findings'}`;

function findingText({ kind, table, hour, message, remedy }: Finding): string {
  return `${table} ${hourText(hour)} ${kind}: ${message}\n  to do: ${remedy}`;
}
