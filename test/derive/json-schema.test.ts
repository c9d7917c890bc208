import { expect, it } from 'vitest';
import { contract, money, string, timestamp } from '../../lib/contracts/contract.ts';
import { jsonSchema } from '../../lib/derive/json-schema.ts';

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
      'x-decimal': { precision: 12, scale: 2 },
      allOf: [{ title: 'between', minimum: 0.005, exclusiveMaximum: 10.005 }],
    },
    unit: { type: ['string', 'null'], allOf: [{ title: 'unit', enum: ['kg', null] }] },
  });
});
