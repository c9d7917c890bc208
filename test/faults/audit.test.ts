import { expect, it } from 'vitest';
import { auditOf, honestHours } from '../support/audited-lake.ts';
import { laptopCompactor } from '../support/compactor.ts';

const LAKES = 200;

it(`an audit of ${LAKES} honest lakes finds nothing`, async () => {
  for (let seed = 1; seed <= LAKES; seed++) {
    const lake = await laptopCompactor();
    try {
      await honestHours(lake, seed);
      expect(await auditOf(lake), `seed ${seed}`).toEqual([]);
    } finally {
      await lake.sink.remove();
    }
  }
}, 1_200_000);
