import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareKeys } from '../../lib/adapters/object-key.ts';

it('keys are ordered by their UTF-8 bytes, whatever letters they have', () => {
  const letter = fc.constantFrom('a', 'b', '/', '.', 'é', '日', '\ud7ff', '\ue000', '～', '🦊', '𐀀');
  const key = fc.oneof(fc.string({ unit: letter, maxLength: 6 }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 500 },
  );
});
