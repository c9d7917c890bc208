/** What must hold of a setting, and the message where it does not. */
export interface Rule {
  /** The setting, dotted. */
  readonly setting: string;
  readonly holds: boolean;
  readonly expected: string;
  readonly found: unknown;
  readonly todo: string;
}

export const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
