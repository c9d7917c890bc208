import { type Setting, type Settings, settings } from '../settings.ts';

/** A setting in effect, as text. Secrets are masked. */
export interface ShownSetting {
  /** `WEIR_DATA_DIR` */
  readonly variable: string;
  /** `–` if it is empty. */
  readonly value: string;
  readonly default: string;
  readonly unit: string;
  readonly description: string;
}

/** Every setting, in the order of their declaration. */
export function shownSettings(effective: Settings): readonly ShownSetting[] {
  const values = new Map<string, unknown>(Object.entries(effective));
  return Object.entries<Setting<unknown>>(settings).map(([name, { variable, isSecret, unit, description, ...of }]) => ({
    variable,
    value: isSecret ? masked(values.get(name)) : shown(values.get(name)),
    default: shown(of.default),
    unit,
    description,
  }));
}

const masked = (value: unknown) => (value === '' ? '–' : '(set, not shown)');

function shown(value: unknown): string {
  if (value instanceof Map) return value.size === 0 ? '–' : [...value].map((pair) => pair.join('=')).join(',');
  // An address can contain a user name and a password.
  return value === null || value === '' ? '–' : String(value).replace(/\/\/[^/@]+@/, '//(not shown)@');
}
