import { loadProject } from '../../lib/adapters/project-file.ts';

/** This repository's own project, with the shipped domains. */
export const shipped = await loadProject(new URL('../..', import.meta.url).pathname);

export const { contracts, deployments, generators, refinements, modelsDir } = shipped;
