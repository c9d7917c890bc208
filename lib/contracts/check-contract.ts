import { checkMetrics } from './check-metrics.ts';
import { checkNames } from './check-names.ts';
import type { Contract, Field } from './contract.ts';
import { MAX_TEXT_BYTES } from './text-limit.ts';

export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** Kafka's longest topic name, in characters. */
const MAX_NAME = 249;
/** Weir's own folders next to the tables. */
const LAKE_FOLDERS = ['chains', 'changed', 'compacted', 'generations'];
/** The maximum precision that every engine's decimal supports. */
const MAX_DIGITS = 38;

/** @throws ContractError for the first fact from which no topic or table can be derived */
export function checkContract(contract: Contract): void {
  const { name, version, fields, key, kafkaPartitions, retentionHours, allowedLatenessSeconds } = contract;
  const expected = (holds: boolean, what: string, found: unknown) => {
    if (!holds) throw new ContractError(`contract ${name}: expected ${what}, found ${JSON.stringify(found)}`);
  };
  const plain = /^[a-z][a-z0-9_]*([.-][a-z0-9_]+)*$/.test(name) && name.length <= MAX_NAME;
  expected(plain, `a name of at most ${MAX_NAME} lower-case letters, digits, dots, dashes and _`, name);
  expected(!/^dead[._-]letters$/.test(name), 'another name than that of the table of dead letters', name);
  expected(!LAKE_FOLDERS.includes(name), `another name than the lake’s own folders (${LAKE_FOLDERS.join(', ')})`, name);
  expected(Number.isInteger(version) && version >= 1, 'a version from 1', version);
  expected(Number.isInteger(kafkaPartitions) && kafkaPartitions >= 1, 'at least one kafka partition', kafkaPartitions);
  expected(retentionHours > 0, 'a retention above 0 hours', retentionHours);
  expected(allowedLatenessSeconds >= 0, 'a lateness of 0 seconds or more', allowedLatenessSeconds);
  for (const table of contract.alsoKnownAs) {
    expected(/^[a-z0-9_]+\.[a-z0-9_]+$/.test(table), 'alsoKnownAs as database.table', table);
  }
  checkNames(fields, expected);
  for (const [fieldName, field] of Object.entries(fields)) {
    checkTypes(fieldName, field, expected);
  }
  checkMetrics(contract, expected);
  const keyField = key === null ? undefined : fields[key];
  const keyKind = keyField?.type.kind ?? 'string';
  expected(['string', 'uuid', 'integer', 'bigint'].includes(keyKind), 'a key that is a string or an integer', keyKind);
  expected(keyField?.masked !== true, 'a key that is not masked', key);
}

type Expect = (holds: boolean, what: string, found: unknown) => void;

const RULED_NUMBERS = ['integer', 'bigint', 'double', 'decimal'];

function checkRule(name: string, { type, rule, masked }: Field, expected: Expect): void {
  if (rule === undefined) return;
  const isOfNumbers = rule.oneOf === undefined;
  const fits = isOfNumbers ? RULED_NUMBERS.includes(type.kind) : type.kind === 'string' && !masked;
  const what = isOfNumbers ? 'a field of numbers' : 'a string that is not masked';
  expected(fits, `rule ${rule.name} of ${name} on ${what}`, type.kind);
}

function checkTypes(name: string, field: Field, expected: Expect): void {
  const { type } = field;
  checkRule(name, field, expected);
  if (type.kind === 'decimal') {
    const { precision, scale } = type;
    const whole = Number.isInteger(precision) && Number.isInteger(scale);
    const fits = whole && scale >= 0 && scale <= precision && precision >= 1 && precision <= MAX_DIGITS;
    expected(fits, `digits of ${name} within ${MAX_DIGITS}`, type);
  }
  if (type.kind === 'string' && type.maxLength !== null) {
    const fits = Number.isInteger(type.maxLength) && type.maxLength >= 1 && type.maxLength <= MAX_TEXT_BYTES;
    expected(fits, `a maxLength of ${name} from 1 to ${MAX_TEXT_BYTES} characters`, type.maxLength);
  }
  if (type.kind === 'list' || type.kind === 'map') checkTypes(name, type.of, expected);
  if (type.kind === 'struct') {
    for (const [innerName, inner] of Object.entries(type.fields)) checkTypes(`${name}.${innerName}`, inner, expected);
  }
}
