import { describe, expect, it } from 'vitest';
import { readSettings, SettingError, settings } from '../lib/settings.ts';

describe('settings', () => {
  it('are their defaults where the environment says nothing', () => {
    for (const [name, value] of Object.entries(readSettings({ PATH: '/bin', WEIR_SEED: '' }))) {
      expect(value).toEqual(settings[name as keyof typeof settings].default);
    }
  });

  it('take a seed of 32 bits, and none for random', () => {
    expect(readSettings({}).seed).toBeNull();
    expect(readSettings({ WEIR_SEED: '0' }).seed).toBe(0);
    expect(readSettings({ WEIR_SEED: '4294967295' }).seed).toBe(4_294_967_295);
    expect(() => readSettings({ WEIR_SEED: '4294967296' })).toThrow(SettingError);
    expect(() => readSettings({ WEIR_SEED: 'dice' })).toThrow(
      'WEIR_SEED: expected a whole number from 0 to 4294967295 (seed), found "dice"',
    );
  });

  it('take a rate that is a factor, and no rate of nothing', () => {
    expect(readSettings({ WEIR_RATE: '2.5' }).rate).toBe(2.5);
    expect(() => readSettings({ WEIR_RATE: '0' })).toThrow(/WEIR_RATE: expected a number from 0\.001 to 10000/);
  });

  it('take brokers only with their ports', () => {
    expect(readSettings({ WEIR_BROKERS: 'a:9092, [::1]:9093' }).brokers).toBe('a:9092, [::1]:9093');
    expect(() => readSettings({ WEIR_BROKERS: 'a:9092,b' })).toThrow('WEIR_BROKERS: expected host:port,…, found "b"');
  });

  it('take no empty text for a folder', () => {
    expect(() => settings.dataDir.parse('')).toThrow('WEIR_DATA_DIR: expected a folder, found an empty text');
    expect(settings.dataDir.parse('.')).toBe('.');
  });

  it('name the variable that is none of them', () => {
    expect(() => readSettings({ WEIR_SED: '1' })).toThrow(/WEIR_SED: no such setting.*WEIR_SEED/);
  });
});
