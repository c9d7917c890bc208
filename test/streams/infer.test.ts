import { describe, expect, it } from 'vitest';
import type { Contract, FieldType } from '../../lib/contracts/contract.ts';
import { wireFields } from '../../lib/contracts/wire-name.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import { inferStream } from '../../lib/infer/infer-stream.ts';
import { contracts, generators, refinements } from '../support/shipped.ts';
import { refinedTexts } from '../support/streams-of.ts';

const START_MS = Date.parse('2026-01-31T13:00:00Z');
const EVENTS = 2000;

function generated({ name }: Contract): readonly string[] {
  const generator = generators.find(({ stream }) => stream === name);
  if (generator === undefined) return [];
  const next = eventSource(generator, 7);
  return Array.from({ length: EVENTS }, (_, index) => JSON.stringify(next(START_MS + index * 1000)));
}

function refined({ name }: Contract): readonly string[] {
  const refinement = refinements.find(({ to }) => to.name === name);
  if (refinement === undefined) return [];
  return generated(refinement.from).flatMap((text) => refinedTexts(refinement, text, START_MS + EVENTS * 1000));
}

async function* sampleOf(texts: readonly string[]) {
  for (const [index, text] of texts.entries()) yield { place: `line ${index + 1}`, bytes: Buffer.from(text) };
}

function differences(shipped: FieldType, found: FieldType, path: string): readonly string[] {
  if (shipped.kind === 'struct' && found.kind === 'struct') {
    return Object.entries(shipped.fields).flatMap(([name, { type }]) => {
      const other = found.fields[name]?.type;
      return other === undefined ? [`${path}.${name}: missing`] : differences(type, other, `${path}.${name}`);
    });
  }
  if ((shipped.kind === 'list' || shipped.kind === 'map') && shipped.kind === found.kind) {
    return differences(shipped.of.type, found.of.type, `${path}[]`);
  }
  // The shipped contracts take any id; the generators' are UUIDs, and the narrowest type says so.
  if (shipped.kind === 'string' && found.kind === 'uuid') return [];
  return JSON.stringify(shipped) === JSON.stringify(found)
    ? []
    : [`${path}: ${JSON.stringify(shipped)}, found ${JSON.stringify(found)}`];
}

const withEvents = contracts.filter(
  ({ name, refinedFrom }) => refinedFrom !== null || generators.some(({ stream }) => stream === name),
);

describe('weir infer on what the generators make', () => {
  it.each(withEvents)(
    '$name: the contract accepts all of it, and has the shipped types, or says that an id is a UUID',
    async (contract) => {
      const texts = contract.refinedFrom === null ? generated(contract) : refined(contract);
      const options = { name: contract.name, sample: 'generated', language: 'weir', nowMs: START_MS + EVENTS * 1000 };
      const { contract: found, accepted, events } = await inferStream(sampleOf(texts), options);
      expect({ accepted, events }).toEqual({ accepted: texts.length, events: texts.length });
      const foundFields = wireFields(found.fields);
      const different = [...wireFields(contract.fields)].flatMap(([wire, { type }]) => {
        const other = foundFields.get(wire)?.type;
        return other === undefined ? [`${wire}: missing`] : differences(type, other, wire);
      });
      expect(different).toEqual([]);
    },
  );
});
