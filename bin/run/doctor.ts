import { brokerChecks } from '../../lib/local/broker-checks.ts';
import { tableLines } from '../../lib/local/display/table-output.ts';
import { type Check, machineChecks } from '../../lib/local/machine-checks.ts';
import { shownSettings } from '../../lib/local/shown-settings.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
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
  const names = ['variable', 'value', 'default', 'unit', 'description'] as const;
  const rows = shownSettings(effective).map((setting) => names.map((name) => setting[name]));
  return { columns: names.map((name) => ({ name, type: 'VARCHAR' })), rows: once(rows) };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
