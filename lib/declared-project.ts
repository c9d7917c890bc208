import type { Project } from './project.ts';

/**
 * The type of `#project`: the default export of any `weir.config.ts`. Bundles replace it with the deployed project; see
 * `lib/infra/bundle.ts`.
 */
declare const project: Project;
export default project;
