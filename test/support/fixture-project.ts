import { fileURLToPath } from 'node:url';
import { loadProject } from '../../lib/adapters/project-file.ts';

/** The project that the engine is tested with: a stream and a model of each kind, whatever this repository's own has by now. */
export const fixture = await loadProject(fileURLToPath(new URL('../fixtures/lake', import.meta.url)));

export const { contracts, deployments, generators, refinements, modelsDir } = fixture;
