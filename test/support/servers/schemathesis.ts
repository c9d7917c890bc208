import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from '../temporary-folder.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { TestServer } from './requirement.ts';

const PROGRAMS = join(import.meta.dirname, '..', 'programs');

/** What an answer must be, whatever was asked: documented, by status, type, headers and schema, and no failure of the server. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

interface SchemathesisRun {
  /** Where the document is: a URL, or a file. */
  readonly document: string;
  /** The server. */
  readonly url: string;
  /** Requests of random content for each operation that takes any, beside those that cover each schema. */
  readonly requestsPerOperation: number;
  /** Only this path. */
  readonly path?: string;
}

export interface Schemathesis {
  run(
    options: SchemathesisRun,
  ): Promise<{ readonly requests: number; readonly passed: boolean; readonly report: string }>;
  stop(): Promise<void>;
}

/** Schemathesis, which we did not write: it makes requests out of an OpenAPI document, good and bad ones. */
export const schemathesis: TestServer<Schemathesis> = {
  name: 'Schemathesis',
  install: () => pythonEnvironment('schemathesis.txt'),
  async start() {
    const python = await pythonEnvironment('schemathesis.txt');
    const folder = await temporaryFolder();
    return {
      async run({ document, url, requestsPerOperation, path }) {
        const args = [
          ...['run', document, '--url', url, '--phases', 'examples,coverage,fuzzing', '--workers', '1'],
          ...['-n', String(requestsPerOperation), '--checks', CHECKS.join(','), '--no-color'],
          ...(path === undefined ? [] : ['--include-path', path]),
        ];
        const child = spawn(python, ['-m', 'schemathesis.cli', ...args], {
          // It remembers what it made in a folder of the current one.
          cwd: folder.path,
          env: { ...process.env, PYTHONPATH: PROGRAMS, SCHEMATHESIS_HOOKS: 'schemathesis_hooks' },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const [report, errors, [code]] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, 'close'),
        ]);
        const requests = /(\d+) generated/.exec(report)?.[1];
        if (requests === undefined) throw new Error(`Schemathesis: expected a report, found ${report}${errors}`);
        return { requests: Number(requests), passed: code === 0, report };
      },
      stop: () => folder.remove(),
    };
  },
};
