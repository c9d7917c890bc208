import { code, markdownTable } from './derive/markdown.ts';
import type { Setting } from './settings.ts';

/** A Markdown page of all settings, for operators. */
export function settingsDocument(settings: Readonly<Record<string, Setting<unknown>>>): string {
  const rows = Object.values(settings).map((setting) => [
    code(setting.variable),
    defaultText(setting.default),
    setting.range === undefined ? setting.unit : `${setting.unit}, ${setting.range.join(' to ')}`,
    setting.description,
  ]);
  return `${[
    '# Settings',
    'This page is generated from `lib/settings.ts` by `npm run docs`. Change it there.',
    'Settings are environment variables. A command-line option overrides its variable; `weir doctor` prints the effective values. An unknown variable that begins with `WEIR_` is an error.',
    markdownTable(['variable', 'default', 'value', 'what it does'], rows),
  ].join('\n\n')}\n`;
}

function defaultText(value: unknown): string {
  const isNone = value === null || value === '' || (value instanceof Map && value.size === 0);
  return isNone ? 'none' : code(String(value));
}
