import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { contract, money, string, timestamp } from '../../lib/contracts/contract.ts';
import { jsonSchema } from '../../lib/derive/json-schema.ts';
import { expectGolden, goldenJson } from '../support/golden.ts';
import { contracts } from '../support/shipped.ts';

it.each(contracts)('the JSON Schema of $name is as committed', (stream) => {
  expectGolden(`${stream.name}/json-schema.json`, goldenJson(jsonSchema(stream)));
});

it.each(contracts)('the JSON Schema of $name is one by the draft’s own schema', (stream) => {
  expect(new Ajv2020({ strict: false }).validateSchema(jsonSchema(stream))).toBe(true);
});

it('a rule stands apart from the type, under its name, and is about the value after rounding', () => {
  const between = { name: 'between', exclusiveMinimum: 0, maximum: 10 };
  const stream = contract({
    name: 'test.rules',
    version: 1,
    description: 'Rules.',
    owner: 'tests',
    key: null,
    eventTime: 'at',
    identity: 'position',
    fields: {
      at: timestamp('Time.'),
      price: money('Price.', { rule: between }),
      unit: string('Unit.', { nullable: true, rule: { name: 'unit', oneOf: ['kg'] } }),
    },
  });
  expect(jsonSchema(stream).properties).toMatchObject({
    price: {
      type: 'number',
      decimal: { precision: 12, scale: 2 },
      allOf: [{ title: 'between', minimum: 0.005, exclusiveMaximum: 10.005 }],
    },
    unit: { type: ['string', 'null'], allOf: [{ title: 'unit', enum: ['kg', null] }] },
  });
});
