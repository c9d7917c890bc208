import { join } from 'node:path';
import { installed, runInstaller } from './install.ts';
import { commandOnPath } from './requirement.ts';

/** Lambda's major version. Not a dependency, because its `node` would replace the one on the path. */
const VERSION = '24.21.0';

/** The path of a Node with Lambda's version. @throws ServerMissingError if it cannot be installed */
export async function installLambdaNode(): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await installed(`${name}-${VERSION}`, (target) =>
    runInstaller(commandOnPath('npm'), [
      ...['install', '--prefix', target, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'],
      `${name}@${VERSION}`,
    ]),
  );
  return join(folder, 'node_modules', name, 'bin', 'node');
}
