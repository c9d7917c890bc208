import { expect, it } from 'vitest';
import { readReleased, releasedDir } from '../../lib/adapters/released-contracts.ts';
import { brokenPromises } from '../../lib/derive/compatibility.ts';
import { releasedContract } from '../../lib/derive/released.ts';
import { contracts, shipped } from '../support/shipped.ts';

const released = readReleased(releasedDir(shipped));

it('the contracts serve everyone whom the last released ones served', () => {
  expect(brokenPromises(released, contracts)).toEqual([]);
});

it('each contract is on record as it is: weir accept was run', () => {
  const current = contracts.map(releasedContract);
  expect([...released]).toEqual([...current].sort((one, other) => (one.name < other.name ? -1 : 1)));
});
