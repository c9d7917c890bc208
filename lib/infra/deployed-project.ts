import type { LocatedProject } from '../project.ts';

/** A project, and what its functions read beside their code. */
export interface DeployedProject extends LocatedProject {
  /** Its SQL models as the transform function reads them; see `lib/pipeline/transform/model.ts`. */
  readonly models: readonly object[];
  /** Example events by stream, for the description of the API. */
  readonly examples: Readonly<Record<string, readonly object[]>>;
  /** The files of the dashboard by name, with their media types. */
  readonly dashboard: Readonly<Record<string, { readonly body: string; readonly type: string }>>;
}
