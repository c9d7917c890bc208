import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';

/** The runbook's text, which the package contains. */
export const runbookText = (): Promise<string> => readFile(join(packageRoot, 'docs', 'runbook.md'), 'utf8');
