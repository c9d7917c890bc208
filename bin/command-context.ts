import type { LocatedProject } from '../lib/project.ts';

/** What each command is given. */
export interface CommandContext {
  /** Says the exit code, once the command has done its work. */
  exit(code: number): void;
  /** The project that `--project` names, else the nearest upwards from the working folder. @throws ProjectError */
  project(): Promise<LocatedProject>;
}
