import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { jsonSchema } from '../../lib/derive/json-schema.ts';
import { expectGolden, goldenJson } from '../support/golden.ts';
import { contracts } from '../support/shipped.ts';

it.each(contracts)('the JSON Schema of $name is as committed', (stream) => {
  expectGolden(`${stream.name}/json-schema.json`, goldenJson(jsonSchema(stream)));
});

it.each(contracts)('the JSON Schema of $name is one by the draft’s own schema', (stream) => {
  expect(new Ajv2020({ strict: false }).validateSchema(jsonSchema(stream))).toBe(true);
});
