import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../lib/contracts/index.ts';
import { rowSelect } from '../../lib/derive/row-select.ts';
import { canonicalJson, isJsonObject, parseJson } from '../../lib/pipeline/canonical-json.ts';
import { firstFailure } from '../../lib/pipeline/first-failure.ts';
import { maskPayload } from '../../lib/pipeline/masking.ts';
import { rejectionReasons } from '../../lib/pipeline/outcome.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { shapes } from '../../lib/pipeline/shapes.ts';
import { flatContract, nestedContract } from '../support/flat-contract.ts';
import { eventTexts, fuzzRuns, mutated } from '../support/json-events.ts';
import { accepts } from '../support/readings.ts';
import { rowsOf, withPosition } from '../support/rows.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');
const UNEXPLAINED = 'refused by the contract’s JSON Schema';

describe.each([flatContract, nestedContract, ...contracts])('reading $name', (contract) => {
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

  it('names a first failing field exactly where JSON Schema refuses', () => {
    const property = fc.property(eventTexts(contract, 5), (text) => {
      const reading = read.read(Buffer.from(text), NOW_MS);
      if ('reason' in reading) {
        expect(reading.detail).not.toBe(UNEXPLAINED);
        return;
      }
      const event: unknown = JSON.parse(text);
      expect(isJsonObject(event) && firstFailure(contract.fields, event)).toBeUndefined();
    });
    fc.assert(property, { numRuns: fuzzRuns(300) });
  });

  it('is the same for the canonical text, and DuckDB takes every line', async () => {
    // Random numbers do not meet rules that compare fields.
    const { read: readFields } = reader({ ...contract, rules: [] });
    const lines: string[] = [];
    const property = fc.property(eventTexts(contract, 1), (text) => {
      const reading = readFields(Buffer.from(text), NOW_MS);
      if ('reason' in reading) return;
      const { ordered, keyPrefix } = parseJson(text);
      expect(readFields(Buffer.from(canonicalJson(ordered, keyPrefix)), NOW_MS)).toEqual(reading);
      expect(reading.line).not.toContain('\n');
      lines.push(withPosition(reading.line, lines.length, NOW_MS));
    });
    fc.assert(property, { numRuns: fuzzRuns(300) });
    expect((await rowsOf(rowSelect(contract), lines)).rows).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThan(20);
  });
});
