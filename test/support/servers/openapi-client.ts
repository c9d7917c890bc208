import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installed, runInstaller } from './install.ts';
import type { TestServer } from './requirement.ts';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'openapi-client');

export interface ClientGenerator {
  /** Writes a client into a folder, with types generated from the document. */
  generate(document: string, folder: string): Promise<void>;
  /** The compiler's errors for the client in a folder; empty if there are none. */
  typeErrors(folder: string): Promise<string>;
  stop(): Promise<void>;
}

/** openapi-typescript and openapi-fetch, independent implementations, with the TypeScript version that they require. */
export const clientGenerator: TestServer<ClientGenerator> = {
  name: 'openapi-typescript',
  install: installedModules,
  async start() {
    const modules = await installedModules();
    return {
      async generate(document, folder) {
        await symlink(modules, join(folder, 'node_modules'));
        await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
        for (const file of ['client.ts', 'tsconfig.json']) await copyFile(join(SOURCE, file), join(folder, file));
        await node(join(modules, 'openapi-typescript/bin/cli.js'), document, '-o', join(folder, 'api.ts'));
      },
      async typeErrors(folder) {
        const compiler = join(modules, 'typescript/bin/tsc');
        return node(compiler, '-p', folder).catch((error: { readonly stdout: string }) => error.stdout);
      },
      stop: async () => {},
    };
  },
};

async function node(...args: readonly string[]): Promise<string> {
  return (await run(process.execPath, [...args])).stdout.trim();
}

async function installedModules(): Promise<string> {
  const lock = await readFile(join(SOURCE, 'package-lock.json'));
  const edition = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const folder = await installed(`openapi-client-${edition}`, async (half) => {
    for (const file of ['package.json', 'package-lock.json']) await copyFile(join(SOURCE, file), join(half, file));
    await runInstaller('npm', ['ci', '--prefix', half, '--ignore-scripts', '--no-audit', '--no-fund']);
  });
  return join(folder, 'node_modules');
}
