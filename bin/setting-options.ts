import { InvalidArgumentError, Option } from 'commander';
import type { Contract } from '../lib/contracts/contract.ts';
import { assertStreams } from '../lib/local/assert-streams.ts';
import { readSettings, SettingError, type SettingName, type Settings, settings } from '../lib/settings.ts';

/** An option for a setting; it overrides the environment variable. */
export function settingOption(flags: string, name: SettingName, description?: string): Option {
  const setting = settings[name];
  return new Option(flags, `${description ?? setting.description} [${setting.variable}]`).argParser((text: string) => {
    try {
      return setting.parse(text);
    } catch (error) {
      // Commander would print the secret value.
      if (!(error instanceof SettingError) || 'isSecret' in setting) throw error;
      throw new InvalidArgumentError(error.message.replace(/^[A-Z_]+: /, ''));
    }
  });
}

export const dataDirOption = () => settingOption('--data-dir <folder>', 'dataDir');

/**
 * The effective settings: the options, else the environment, else the defaults.
 * @throws SettingError also for unknown streams, and for two streams on one topic.
 */
export function effectiveSettings(options: Partial<Settings>, contracts: readonly Contract[]): Settings {
  const given = Object.entries(options).filter(([name, value]) => name in settings && value !== undefined);
  const effective = { ...readSettings(process.env), ...Object.fromEntries(given) };
  assertStreams(effective, contracts);
  return effective;
}
