/** The API for writing a project: contracts, generators, refinements, and `project()` itself. */
export * from './contracts/contract.ts';
export { isWithinTolerance, unscaled } from './contracts/exact-decimal.ts';
export * from './contracts/rules.ts';
export type { DeclaredRoute } from './derive/declared-routes.ts';
export { LAKE_DATABASE } from './derive/names.ts';
export type { SavedQuery } from './derive/saved-queries.ts';
export { type Generator, names, type WireEvent, wireTime } from './generators/generator.ts';
export type { Deployment } from './infra/deployment.ts';
export { type Refinement, refinement } from './pipeline/refine/refinement.ts';
export type { Fix } from './pipeline/replay/fix.ts';
export type { Letter } from './pipeline/replay/letter.ts';
export { type Project, project, type Stream } from './project.ts';
