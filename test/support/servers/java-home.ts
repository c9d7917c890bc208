import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerMissingError } from './requirement.ts';

/** Where packages of JDKs install them on Debian, Ubuntu and macOS. */
const FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

/**
 * The home of an installed JDK that is at least this version. `java` on the `PATH` may be older: it is neither used nor
 * changed. GitHub's runners name theirs in variables such as `JAVA_HOME_25_X64`.
 * @throws ServerMissingError if there is none
 */
export async function javaHome(minVersion: number): Promise<string> {
  const named = Object.entries(process.env).flatMap(([name, home]) =>
    home !== undefined && /^JAVA_HOME(_|$)/.test(name) ? [home] : [],
  );
  const installed = await Promise.all(FOLDERS.map(homesIn));
  for (const home of [...named, ...installed.flat()]) {
    if ((await versionOf(home)) >= minVersion) return home;
  }
  throw new ServerMissingError(
    `no JDK ${minVersion} or newer in a JAVA_HOME_… variable, ${FOLDERS.join(' or ')}; install one`,
  );
}

async function homesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().flatMap((name) => [join(folder, name), join(folder, name, 'Contents/Home')]);
}

/** 0 where there is no JDK. */
async function versionOf(home: string): Promise<number> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  return Number(/^JAVA_VERSION="(\d+)/m.exec(release)?.[1] ?? 0);
}
