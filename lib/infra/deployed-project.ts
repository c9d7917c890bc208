import type { LocatedProject } from '../project.ts';

/** A project, and its SQL models as the transform function reads them: `lib/pipeline/transform/model.ts` says what one is. */
export interface DeployedProject extends LocatedProject {
  readonly models: readonly object[];
}
