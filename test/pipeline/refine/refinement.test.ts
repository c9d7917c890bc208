import { describe, expect, it } from 'vitest';
import { contract, string, timestamp } from '../../../lib/contracts/contract.ts';
import { refinement } from '../../../lib/pipeline/refine/refinement.ts';

const fields = { at: timestamp('When.'), id: string('Which.') };
const declared = { version: 1, description: 'A.', owner: 't', key: null, eventTime: 'at', fields } as const;
const from = contract({ ...declared, name: 'a.source', identity: 'position', kafkaPartitions: 3 });
const target = (refinedFrom: string | undefined, kafkaPartitions: number) =>
  contract({
    ...declared,
    name: 'a.target',
    identity: 'position',
    kafkaPartitions,
    ...(refinedFrom && { refinedFrom }),
  });
const declare = (refinedFrom: string | undefined, kafkaPartitions: number) =>
  refinement({ from, to: target(refinedFrom, kafkaPartitions), refine: () => [] });

describe('a refinement', () => {
  it('goes from a stream to one that is refined from it, of as many kafka partitions', () => {
    expect(declare('a.source', 3).to.name).toBe('a.target');
  });

  it.each<[string, string | undefined, number, string]>([
    ['of another stream', 'a.stranger', 3, 'found 3, refined from a.stranger'],
    ['of no stream', undefined, 3, 'found 3, refined from nothing'],
    ['of fewer kafka partitions', 'a.source', 2, 'found 2, refined from a.source'],
  ])('to a stream %s is refused, with what was expected', (_, refinedFrom, kafkaPartitions, found) => {
    expect(() => declare(refinedFrom, kafkaPartitions)).toThrow(
      `a.target: expected a contract refined from a.source with its 3 kafka partitions, ${found}`,
    );
  });
});
