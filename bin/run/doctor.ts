import { brokerChecks } from '../../lib/local/broker-checks.ts';
import { tableLines } from '../../lib/local/display/table-output.ts';
import { type Check, machineChecks } from '../../lib/local/machine-checks.ts';
import type { LocatedProject } from '../../lib/project.ts';
import { type Setting, type Settings, settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';

/** `weir doctor`. Returns the exit code: 1 when a check fails. */
export async function doctor({ contracts }: LocatedProject, options: Partial<Settings>): Promise<number> {
  const effective = effectiveSettings(options, contracts);
  process.stdout.write('Settings\n');
  await print(tableLines(settingsTable(effective), outputWidth()));
  process.stdout.write('\nThis machine\n');
  const checks = [...(await printed(machineChecks(effective))), ...(await printed(brokerChecks(effective, contracts)))];
  return checks.every(({ isGood }) => isGood) ? 0 : 1;
}

async function printed(checking: Promise<readonly Check[]>): Promise<readonly Check[]> {
  const checks = await checking;
  for (const { name, isGood, found } of checks) {
    process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'}  ${name}: ${found}\n`);
  }
  return checks;
}

function settingsTable(effective: Settings) {
  const values = new Map<string, unknown>(Object.entries(effective));
  const columns = ['variable', 'value', 'default', 'unit', 'description'].map((name) => ({ name, type: 'VARCHAR' }));
  const rows = Object.entries<Setting<unknown>>(settings).map(([name, setting]) => [
    setting.variable,
    setting.isSecret ? secret(values.get(name)) : shown(values.get(name)),
    shown(setting.default),
    setting.unit,
    setting.description,
  ]);
  return { columns, rows: once(rows) };
}

const secret = (value: unknown) => (value === '' ? '–' : '(set, not shown)');

function shown(value: unknown): string {
  if (value instanceof Map) return value.size === 0 ? '–' : [...value].map((pair) => pair.join('=')).join(',');
  return value === null || value === '' ? '–' : String(value);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
