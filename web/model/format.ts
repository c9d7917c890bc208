import type { Figure, GroupValues, Value } from './overview.ts';

const NUMBER = /^(-?)(\d+)(\.\d+)?$/;

/**
 * `1,234,567.50`. Text keeps every digit, even beyond a double's precision. Values that are not numbers are unchanged;
 * null is a dash.
 */
export function shownValue(value: Value): string {
  if (value === null) return '–';
  const [, sign, whole, fraction = ''] = NUMBER.exec(String(value)) ?? [];
  if (whole === undefined) return String(value);
  return `${sign}${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
}

/** The number for the length of a bar or the height of a line; null if the value is not a number. */
export function drawn(value: Value): number | null {
  const number = value === null ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

/** `0`, `0.4`, `12`, `1,240`: two significant digits are enough for a rate. */
export function shownRate(perSecond: number | null): string {
  if (perSecond === null) return '–';
  if (perSecond === 0) return '0';
  if (perSecond < 0.1) return '<0.1';
  return perSecond < 10 ? perSecond.toFixed(1) : shownValue(Math.round(perSecond));
}

/** `0 s`, `59 s`, `3 min`, `5 h`, `2 d`. */
export function shownSeconds(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 120 * 60) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}

/** The length of a window: `1 min`, `90 s`, `1 h`. */
export function shownLength(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** `purchases`, `sum of amount`, `smallest price`. */
export function figureLabel({ op, field, unit }: Figure): string {
  const measured = (field ?? '').replaceAll('_', ' ').replace(/^.*\./, '');
  switch (op) {
    case 'count':
      return unit ?? 'events';
    case 'sum':
      return `sum of ${measured}`;
    case 'min':
      return `smallest ${measured}`;
    case 'max':
      return `greatest ${measured}`;
    default:
      return op satisfies never;
  }
}

/** The unit next to the label; null if the label is the unit. */
export function figureUnit({ op, unit }: Figure): string | null {
  return op === 'count' ? null : unit;
}

const MAX_TEXT = 80;

/** A group's value as text, never interpreted as markup; long text is truncated. */
export function groupText(value: GroupValues[string] | undefined): string {
  if (value === null || value === undefined) return 'no value';
  const text = String(value);
  if (text === '') return 'empty text';
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** `Italy · EUR`. */
export function groupLabel(group: GroupValues): string {
  return Object.values(group).map(groupText).join(' · ') || 'all';
}

/** `user_id` → `user id`; `min_offer.advertiser` → `advertiser`. */
export function fieldLabel(path: string): string {
  return path.replace(/^.*\./, '').replaceAll('_', ' ');
}
