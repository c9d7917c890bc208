import type { LocatedProject } from '../project.ts';

/** A project, and its SQL models as the transform function reads them; see `lib/pipeline/transform/model.ts`. */
export interface DeployedProject extends LocatedProject {
  readonly models: readonly object[];
}
