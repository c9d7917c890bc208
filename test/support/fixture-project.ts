import { fileURLToPath } from 'node:url';
import { loadProject } from '../../lib/adapters/project-file.ts';

/** The engine's test project, with a stream and a model of each kind, independent of this repository's own project. */
export const fixture = await loadProject(fileURLToPath(new URL('../fixtures/lake', import.meta.url)));

export const { contracts, deployments, generators, refinements, modelsDir } = fixture;
