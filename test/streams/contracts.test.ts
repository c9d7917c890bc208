import { describe, expect, it } from 'vitest';
import type { Field } from '../../lib/contracts/contract.ts';
import { contracts, refinements } from '../support/shipped.ts';

describe('every contract', () => {
  it.each(contracts)('$name is refined from a stream with as many kafka partitions, if from any', (contract) => {
    const source = contracts.find(({ name }) => name === contract.refinedFrom);
    expect(source?.kafkaPartitions ?? contract.kafkaPartitions).toBe(contract.kafkaPartitions);
    expect(source?.name ?? null).toBe(contract.refinedFrom);
  });

  it.each(contracts)('$name describes each field in a sentence', ({ fields }) => {
    const described = (field: Field) => expect(field.description).toMatch(/^[A-Z].*\.$/);
    Object.values(fields).forEach(described);
  });

  it('masks nothing that is not personal', () => {
    const all = contracts.flatMap(({ fields }) => Object.values(fields));
    expect(all.filter(({ masked, personal }) => masked && !personal)).toEqual([]);
  });

  it('that is refined from another has a refinement', () => {
    const declared = contracts.filter(({ refinedFrom }) => refinedFrom !== null).map(({ name }) => name);
    expect(refinements.map(({ to }) => to.name).sort()).toEqual([...declared].sort());
  });
});
