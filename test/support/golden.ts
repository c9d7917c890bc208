import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const FOLDER = new URL('../golden/', import.meta.url);
const update = process.env.UPDATE_GOLDEN === '1';

/**
 * Expects `text` to be the golden file, byte for byte; a missing file fails too. With `UPDATE_GOLDEN=1` it is written
 * instead, to be reviewed and committed.
 * @param path below `test/golden`, such as `shop.purchases/glue.json`.
 */
export function expectGolden(path: string, text: string): void {
  const file = fileURLToPath(new URL(path, FOLDER));
  if (update) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  const golden = readIfPresent(file);
  const cure = `test/golden/${path}: if the change is meant, run the test with UPDATE_GOLDEN=1 and commit the file`;
  expect(golden, cure).not.toBeNull();
  expect(text, cure).toBe(golden);
}

/** A value in the format of golden files. */
export function goldenJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
