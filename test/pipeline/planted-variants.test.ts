import { describe, expect, it } from 'vitest';
import { madeVariants } from '../support/model/made-variants.ts';
import { meterVariants } from '../support/model/meter-variants.ts';
import { typeErrors } from '../support/model/planted-copy.ts';
import { refinedVariants } from '../support/model/refined-variants.ts';
import { replayVariants } from '../support/model/replay-variants.ts';
import type { SinkAndCompactor } from '../support/model/schedule.ts';
import { firstBadSchedule } from '../support/model/schedule.ts';
import { variants } from '../support/model/variants.ts';

describe('the mistakes that the model checks must catch', () => {
  it('are programs: the compiler accepts the code with each of them', async () => {
    expect(
      await typeErrors([...variants, ...replayVariants, ...refinedVariants, ...madeVariants, ...meterVariants]),
    ).toBe('');
  }, 300_000);

  it('are distinguished from code that is not: one planted badly does not compile', async () => {
    const [variant] = variants;
    if (variant === undefined) throw new Error('there are no variants');
    const found = await typeErrors([{ ...variant, planted: `return isWritten(${variant.name.length});` }]);
    expect(found).toContain("Cannot find name 'isWritten'");
  });

  it.each([TypeError, ReferenceError, SyntaxError])(
    'are not caught by a %o: such a run is an error',
    async (Defect) => {
      const broken: SinkAndCompactor = {
        createHandler: () => () => Promise.reject(new Defect('planted')),
        compactHour: () => Promise.reject(new Error('again')),
      };
      await expect(firstBadSchedule(broken, 1)).rejects.toThrow(Defect);
    },
  );
});
