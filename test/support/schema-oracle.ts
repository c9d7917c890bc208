import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Contract } from '../../lib/contracts/contract.ts';
import { DECIMAL_KEYWORD, jsonSchema, TIMESTAMP_FORMAT } from '../../lib/derive/json-schema.ts';
import { decimalText, digitsOf } from '../../lib/pipeline/decimals.ts';
import { canonicalTimestamp } from '../../lib/pipeline/timestamps.ts';

/** What a JSON Schema validator says of an event by the contract's published schema: the oracle of the contract's reader. */
export function schemaOracle(contract: Contract): (event: unknown) => boolean {
  const ajv = new Ajv2020({ ownProperties: true, loopEnum: 1000 });
  ajv.addFormat(TIMESTAMP_FORMAT, (text) => canonicalTimestamp(text) !== undefined);
  ajv.addKeyword({
    keyword: DECIMAL_KEYWORD,
    type: 'number',
    compile:
      ({ precision, scale }: { readonly precision: number; readonly scale: number }) =>
      (value: number) =>
        decimalText(digitsOf(String(value)), precision, scale) !== undefined,
  });
  return ajv.compile(jsonSchema(contract));
}

/** Whether doubles hold every number of the text exactly: of others a validator sees something else than was written. */
export function hasExactNumbers(text: string): boolean {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.every((number) => {
    const exact = digitsOf(number);
    const double = digitsOf(String(Number(number)).replace('Infinity', '0'));
    return exact.digits === double.digits && exact.point === double.point;
  });
}
