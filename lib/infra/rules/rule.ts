/** A condition on a setting, and the message if it is not met. */
export interface Rule {
  /** The setting's dotted path. */
  readonly setting: string;
  readonly holds: boolean;
  readonly expected: string;
  readonly found: unknown;
  readonly todo: string;
}

export const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
