import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { SettingError } from '../../../lib/settings.ts';

describe('a data folder', () => {
  it.each(['/x/a[b]c', '/x/star*x', '/x/q?x', '/x/country=Mars/x', 'dt=2020-01-01'])(
    'is refused where DuckDB would read others, or a column out of its name: "%s"',
    (dir) => {
      expect(() => dataFolder(dir)).toThrow(SettingError);
      expect(() => dataFolder(dir)).toThrow(
        /^WEIR_DATA_DIR: expected a folder without .* found .*; choose another one$/,
      );
    },
  );

  it.each(['/x/with space', "/x/it's", '/x/ü', '/x/{a}', '/x/a;b', '.weir'])('may be called "%s"', (dir) => {
    expect(dataFolder(dir).dir).toBe(dir);
  });
});
