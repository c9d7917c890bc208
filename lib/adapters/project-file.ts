import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { withReleasedIds } from '../derive/released.ts';
import { type LocatedProject, type Project, ProjectError } from '../project.ts';
import { defaultExport } from './default-export.ts';
import { readReleased, releasedDir } from './released-contracts.ts';

const PROJECT_FILE = 'weir.config.ts';

/**
 * The nearest `weir.config.ts`, in that folder or one of its parents.
 * @throws ProjectError if there is none.
 */
export function findProjectFile(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const file = join(at, PROJECT_FILE);
    if (existsSync(file)) return file;
    if (at === dirname(at)) break;
  }
  throw new ProjectError(
    `expected ${PROJECT_FILE} in ${resolve(folder)} or a folder above it, found none; go to your project, or name it with --project`,
  );
}

/**
 * The project of a `weir.config.ts`, or of a folder that contains one. TypeScript is read by the process's loader.
 * @throws ProjectError in one line, if it is missing, does not compile, throws, or exports no project.
 */
export async function loadProject(path: string): Promise<LocatedProject> {
  const configFile = configFileAt(resolve(path));
  const exported = await defaultExport(configFile, (message, options) => new ProjectError(message, options));
  if (!isProject(exported)) {
    throw new ProjectError(`${configFile}: expected export default project({ streams: […] }), found another export`);
  }
  const dir = dirname(configFile);
  const contracts = withReleasedIds(exported.contracts, readReleased(releasedDir({ dir })));
  return { ...exported, contracts, dir, configFile, modelsDir: join(dir, exported.modelsFolder) };
}

function configFileAt(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, PROJECT_FILE) : path;
  if (existsSync(file)) return file;
  throw new ProjectError(`--project: expected a ${PROJECT_FILE} or its folder, found nothing at ${file}`);
}

function isProject(value: unknown): value is Project {
  return typeof value === 'object' && value !== null && 'contracts' in value && 'deployments' in value;
}
