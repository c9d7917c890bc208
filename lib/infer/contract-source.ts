import { columnName } from '../contracts/column-name.ts';
import type { InferredContract, InferredField } from './infer-contract.ts';
import type { FieldGuess } from './narrowest-type.ts';
import { type Expression, importText, memberText, stringText } from './source-text.ts';

export interface SourceOptions {
  /** A description of the sample's origin. */
  readonly sample: string;
  /** The module from which the file imports `contract` and the field types. */
  readonly language: string;
}

/** The source file of an inferred contract, with the reason for each choice, for review by a person. */
export function contractSource(inferred: InferredContract, { sample, language }: SourceOptions): string {
  const { name, fields, key, eventTime, identity, leftOut } = inferred;
  const calls = new Set([
    'contract',
    ...[...fields.values()].flatMap(callsOf),
    ...(eventTime.field === null ? ['kafkaTimestamp'] : []),
  ]);
  const quote = (field: string | null) => (field === null ? 'null' : `'${field}'`);
  const lines = [
    importText(calls, language),
    '',
    `/** Found by weir infer in ${sample}: go through types, key and personal data, and say what each field means. */`,
    `export const ${constantName(name)} = contract({`,
    `  name: '${name}',`,
    '  version: 1,',
    `  description: 'Events of ${name}.',`,
    `  owner: 'unknown',`,
    `  // ${key.because}`,
    `  key: ${quote(key.field)},`,
    `  // ${sentence(eventTime.because)}`,
    `  eventTime: ${eventTime.field === null ? 'kafkaTimestamp' : quote(eventTime.field)},`,
    `  // ${identity.because}`,
    `  identity: ${identity.field === null ? "'position'" : quote(identity.field)},`,
    '  fields: {',
    ...[...fields].flatMap(([field, inferredField]) => fieldLines(field, inferredField)),
    ...[...leftOut].map(([left, because]) => `    // It stays in _extra: ${comment(left)} is ${because}.`),
    '  },',
    '});',
    '',
  ];
  return lines.join('\n');
}

/** `shop.product_views` → `shopProductViews`. */
export const constantName = (name: string) =>
  columnName(name.replaceAll(/[.-]/g, '_')).replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Text from a sample, which must not end the comment that it is put into. */
const comment = (text: string) => JSON.stringify(text).replaceAll(/[\u2028\u2029]/g, ' ');

function fieldLines(name: string, { suspect, wire, ...field }: InferredField): readonly string[] {
  return [
    ...(field.because === null ? [] : [`    // ${field.because}`]),
    ...(suspect === null
      ? []
      : [`    // Personal data? ${sentence(suspect)}. Decide: { personal: true }, or remove this line.`]),
    memberText(name, expression(field, wire), '    '),
  ];
}

/** The description of a field, until the author writes one. */
const UNKNOWN = "''";

function expression({ guess, nullable }: FieldGuess, wire: string | null = null): Expression {
  const options: readonly (readonly [string, Expression])[] = [
    ...(nullable ? [['nullable', 'true'] as const] : []),
    ...(wire === null ? [] : [['wire', stringText(wire)] as const]),
  ];
  const rest = [UNKNOWN, ...(options.length === 0 ? [] : [{ members: options }])];
  switch (guess.call) {
    case 'decimal':
    case 'decimalOrText':
      return { call: guess.call, args: [`${guess.precision}`, `${guess.scale}`, ...rest] };
    case 'list':
    case 'map':
      return { call: guess.call, args: [expression(guess.of), ...rest] };
    case 'struct': {
      const members = [...guess.fields].map(([name, field]) => [name, expression(field)] as const);
      return { call: guess.call, args: [{ members }, ...rest] };
    }
    default:
      return { call: guess.call, args: rest };
  }
}

function callsOf({ guess }: FieldGuess): readonly string[] {
  if (guess.call === 'list' || guess.call === 'map') return [guess.call, ...callsOf(guess.of)];
  if (guess.call === 'struct') return [guess.call, ...[...guess.fields.values()].flatMap(callsOf)];
  return [guess.call];
}
