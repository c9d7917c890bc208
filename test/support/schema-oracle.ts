import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Contract, ValueRule } from '../../lib/contracts/contract.ts';
import { DECIMAL_KEYWORD, jsonSchema, NUMBER_TEXT_KEYWORD, TIMESTAMP_FORMAT } from '../../lib/derive/json-schema.ts';
import { decimalText, digitsOf } from '../../lib/pipeline/decimals.ts';
import { canonicalTimestamp } from '../../lib/pipeline/timestamps.ts';

/** A JSON Schema validator's verdict on an event by the published schema: the oracle for the contract's reader. */
export function schemaOracle(contract: Contract): (event: unknown) => boolean {
  const ajv = new Ajv2020({ ownProperties: true, loopEnum: 1000, allowUnionTypes: true });
  ajv.addFormat(TIMESTAMP_FORMAT, (text) => canonicalTimestamp(text) !== undefined);
  ajv.addKeyword({
    keyword: DECIMAL_KEYWORD,
    type: 'number',
    compile:
      ({ precision, scale }: { readonly precision: number; readonly scale: number }) =>
      (value: number) =>
        decimalText(digitsOf(String(value)), precision, scale) !== undefined,
  });
  ajv.addFormat(
    'date',
    (text) => /^\d{4}-\d\d-\d\d$/.test(text) && canonicalTimestamp(`${text}T00:00:00`) !== undefined,
  );
  ajv.addFormat('uuid', /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/);
  ajv.addKeyword({
    keyword: NUMBER_TEXT_KEYWORD,
    type: 'string',
    compile: (wanted: NumberText) => (text: string) => fits(text, wanted),
  });
  return ajv.compile(jsonSchema(contract));
}

/**
 * Whether doubles hold every number of the text exactly; otherwise a validator sees other numbers than were written.
 */
export function hasExactNumbers(text: string): boolean {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.every((number) => {
    const exact = digitsOf(number);
    const double = digitsOf(String(Number(number)).replace('Infinity', '0'));
    return exact.digits === double.digits && exact.point === double.point;
  });
}

interface NumberText extends ValueRule {
  readonly kind: 'integer' | 'bigint' | 'double' | 'decimal';
  readonly precision?: number;
  readonly scale?: number;
}

/** Whether the field can hold the number in the string, computed with integers: `over` / `under`. */
function fits(
  text: string,
  { kind, precision = 0, scale = 0, minimum, exclusiveMinimum, maximum }: NumberText,
): boolean {
  if (!/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$/.test(text)) return false;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const shift = Number(exponent) - (mantissa.split('.')[1]?.length ?? 0);
  const over = BigInt(mantissa.replace('.', '')) * 10n ** BigInt(Math.max(shift, 0));
  const under = 10n ** BigInt(Math.max(-shift, 0));
  const size = over < 0n ? -over : over;
  const rounded = (2n * size * 10n ** BigInt(scale) + under) / (2n * under);
  const bits = kind === 'integer' ? 31n : 63n;
  const isHeld = {
    integer: over % under === 0n && over / under < 2n ** bits && over / under >= -(2n ** bits),
    bigint: over % under === 0n && over / under < 2n ** bits && over / under >= -(2n ** bits),
    double: Number.isFinite(Number(text)),
    decimal: rounded < 10n ** BigInt(precision),
  }[kind];
  const value = kind === 'decimal' ? Number(over < 0n ? -rounded : rounded) / 10 ** scale : Number(text);
  return (
    isHeld &&
    value >= (minimum ?? -Infinity) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value <= (maximum ?? Infinity)
  );
}
