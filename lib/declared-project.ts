import type { Project } from './project.ts';

/**
 * What `#project` is while nothing but types is asked for: the default export of any `weir.config.ts`. Bundles have the one
 * that is deployed in its place: see `lib/infra/bundle.ts`.
 */
declare const project: Project;
export default project;
