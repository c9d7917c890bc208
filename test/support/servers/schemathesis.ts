import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from '../temporary-folder.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { TestServer } from './requirement.ts';

const PROGRAMS = join(import.meta.dirname, '..', 'programs');

/** Requirements on every answer: documented by status, type, headers and schema, and not a server failure. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

interface SchemathesisRun {
  /** The document's URL or file. */
  readonly document: string;
  /** The server's URL. */
  readonly url: string;
  /** Random requests for each operation that accepts content, in addition to those that cover each schema. */
  readonly requestsPerOperation: number;
  /** Restricts the test to this path. */
  readonly path?: string;
}

export interface Schemathesis {
  run(
    options: SchemathesisRun,
  ): Promise<{ readonly requests: number; readonly passed: boolean; readonly report: string }>;
  stop(): Promise<void>;
}

/** Schemathesis, an independent tool: it generates valid and invalid requests from an OpenAPI document. */
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
          // It stores generated examples in a folder of the working directory.
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
