import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readReleased, writeReleased } from '../../lib/adapters/released-contracts.ts';
import { type Contract, contract, string, timestamp } from '../../lib/contracts/contract.ts';
import { releasedContract, withReleasedIds } from '../../lib/derive/released.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const orders = (nullable = false) =>
  contract({
    name: 'orders',
    version: 1,
    description: 'Orders.',
    owner: 'us',
    key: 'id',
    eventTime: 'at',
    identity: 'id',
    fields: { id: string('Id.'), at: timestamp('When.'), note: string('Note.', { nullable }) },
  });

describe('released contracts', () => {
  const dir = join(folder.path, 'contracts', 'released');
  const file = join(dir, 'orders.json');

  it('are none before the first was written', () => {
    expect(readReleased(dir)).toEqual([]);
  });

  it('are read as they were written, and written only where they differ', () => {
    expect(writeReleased(dir, orders())).toBe('new');
    expect(writeReleased(dir, orders())).toBe('unchanged');
    expect(readReleased(dir)).toEqual([releasedContract(orders())]);
    expect(writeReleased(dir, orders(true))).toBe('changed');
    expect(readReleased(dir)).toEqual([releasedContract(orders(true))]);
    expect(readdirSync(dir)).toEqual(['orders.json']);
  });

  it('keep the numbers of fields, those that no longer exist too, and refuse to write others', () => {
    writeReleased(dir, orders());
    const [released] = readReleased(dir);
    expect(released?.fieldIds).toEqual({ 'id string': 1, 'at timestamp': 2, 'note string': 3 });
    const { note: _, ...fields } = orders().fields;
    const without = { ...orders(), fields } as Contract;
    expect(() => writeReleased(dir, without)).toThrow(
      `${file}: expected the number 3 for the field note string, found none; restore the file (git checkout)`,
    );
    const [known = without] = withReleasedIds([without], readReleased(dir));
    expect(writeReleased(dir, known)).toBe('changed');
    expect(readReleased(dir)[0]?.fieldIds).toEqual(released?.fieldIds);
  });

  it.each([
    ['edited by hand', (text: string) => text.replace('"nullable": true', '"nullable": false'), 'found it edited'],
    ['that lost its digest', (text: string) => text.replace(/,\s*"digest": "\w+"/, ''), 'found it edited'],
    ['cut short', (text: string) => text.slice(0, 40), 'found no JSON'],
  ])('one %s is refused in one line that names the file and what to do', (_, damage, found) => {
    writeReleased(dir, orders(true));
    const text = readFileSync(file, 'utf8');
    const damaged = damage(text);
    expect(damaged).not.toBe(text);
    writeFileSync(file, damaged);
    expect(() => readReleased(dir)).toThrow(
      new RegExp(`^${file}: expected .*, ${found}; restore it .git checkout.[^\\n]*$`),
    );
    writeFileSync(file, text);
  });

  it('are JSON files: others in the folder are left alone', () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'README.md'), 'hello');
    expect(readReleased(dir).length).toBe(1);
  });
});
