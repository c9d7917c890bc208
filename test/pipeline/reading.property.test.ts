import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowSelect } from '../../lib/derive/row-select.ts';
import { fieldsReader } from '../../lib/pipeline/field-reader.ts';
import { InvalidValue } from '../../lib/pipeline/invalid-value.ts';
import { maskPayload } from '../../lib/pipeline/masking.ts';
import { rejectionReasons } from '../../lib/pipeline/outcome.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { shapes } from '../../lib/pipeline/shapes.ts';
import { canonical, jsonValue } from '../support/canonical.ts';
import { contracts } from '../support/fixture-project.ts';
import { flatContract, foreignContract, foreignNestedContract, nestedContract } from '../support/flat-contract.ts';
import { eventTexts, fuzzRuns, mutated } from '../support/json-events.ts';
import { accepts } from '../support/readings.ts';
import { rowsOf, withPosition } from '../support/rows.ts';
import { hasExactNumbers, schemaOracle } from '../support/schema-oracle.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');

describe.each([flatContract, nestedContract, foreignContract, foreignNestedContract, ...contracts])(
  'reading $name',
  (contract) => {
    const read = reader(contract);

    it('never throws, whatever the bytes', () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.json().map((text) => Buffer.from(text)),
        mutated(eventTexts(contract, 10)),
      );
      const timestamps = fc.oneof(fc.constantFrom(-1, 0, NOW_MS), fc.maxSafeInteger());
      const all = shapes(contract);
      const property = fc.property(bytes, timestamps, (value, timestampMs) => {
        const reading = read.read(value, timestampMs);
        maskPayload(contract, value);
        accepts(all, Buffer.from(value).toString('latin1'), '2026-01-31');
        if ('reason' in reading) expect(rejectionReasons).toContain(reading.reason);
        else all.learn(Buffer.from(value).toString('latin1'));
      });
      fc.assert(property, { numRuns: fuzzRuns(300) });
    });

    it('accepts exactly what the published JSON Schema accepts', () => {
      const isValid = schemaOracle(contract);
      const readFields = fieldsReader(contract.fields);
      let refused = 0;
      const property = fc.property(eventTexts(contract, 5), (text) => {
        const json = isJson(text) && hasExactNumbers(text) ? jsonValue(text) : null;
        if (json === null || typeof json !== 'object' || json.kind !== 'object') return;
        const isEvent = !(readFields((name) => json.members.get(name)) instanceof InvalidValue);
        expect(isEvent).toBe(isValid(JSON.parse(text)));
        if (!isEvent) refused += 1;
      });
      fc.assert(property, { numRuns: fuzzRuns(300) });
      expect(refused).toBeGreaterThan(0);
    });

    it('is the same for the canonical text, and DuckDB takes every line', async () => {
      // Random numbers do not meet rules that compare fields.
      const { read: readFields } = reader({ ...contract, rules: [] });
      const lines: string[] = [];
      const keepsText = Object.values(contract.fields).some(({ type }) => type.kind === 'json');
      const property = fc.property(eventTexts(contract, 1), (text) => {
        const reading = readFields(Buffer.from(text), NOW_MS);
        if ('reason' in reading) return;
        if (!keepsText) expect(readFields(Buffer.from(canonical(text)), NOW_MS)).toEqual(reading);
        expect(reading.line).not.toContain('\n');
        lines.push(withPosition(reading.line, lines.length, NOW_MS));
      });
      fc.assert(property, { numRuns: fuzzRuns(300) });
      expect((await rowsOf(rowSelect(contract), lines)).rows).toHaveLength(lines.length);
      expect(lines.length).toBeGreaterThan(20);
    });
  },
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
