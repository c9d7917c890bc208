import type { LocatedProject } from '../lib/project.ts';

/** The context of a command. */
export interface CommandContext {
  /** Sets the exit code, once the command has finished. */
  exit(code: number): void;
  /** The project that `--project` names, else the nearest upwards from the working folder. @throws ProjectError */
  project(): Promise<LocatedProject>;
}
