import type { Contract, Field, FieldType, ValueRule } from '../contracts/contract.ts';
import { wireName } from '../contracts/wire-name.ts';
import { type Column, type ColumnType, columns, deadLetterColumns, partitionColumns } from './columns.ts';
import { duckdbType } from './duckdb.ts';
import { epochText } from './epoch.ts';
import { code, markdownTable } from './markdown.ts';
import { metricDefinitions } from './metric-definitions.ts';
import { catalogTables, DEAD_LETTERS, lakeTable, type TableName } from './names.ts';
import { eventTimeText } from './released.ts';

/** A Markdown page of all streams and their tables, for people who send or query events. */
export function streamsDocument(contracts: readonly Contract[]): string {
  return `${[
    '# Streams',
    '`npm run docs` generates this page from the contracts in `streams/`. Edit those instead.',
    'Times are UTC. On the wire an event is one JSON object; fields that the contract does not declare are kept in the column `_extra`.',
    contentsOf(contracts),
    ...contracts.map(streamSection),
    deadLetterSection(),
  ].join('\n\n')}\n`;
}

function contentsOf(contracts: readonly Contract[]): string {
  const rows = contracts.map((contract) => [
    `[${contract.name}](#${contract.name.replaceAll(/[^a-z0-9_-]/g, '')})`,
    contract.description,
    code(textOf(lakeTable(contract))),
  ]);
  return markdownTable(['stream', 'description', 'table'], rows);
}

function streamSection(contract: Contract): string {
  return [
    `## ${contract.name}`,
    contract.description,
    factsOf(contract)
      .map(([name, text]) => `- ${name}: ${text}`)
      .join('\n'),
    '### Fields',
    markdownTable(
      ['field', 'type', 'nullable', 'description', 'unit', 'rule', 'personal'],
      Object.entries(contract.fields).flatMap(([name, field]) => fieldRows(wireName(name, field), field)),
    ),
    '### Columns',
    columnTable(columns(contract), contract),
    ...metricSection(contract),
  ].join('\n\n');
}

function metricSection(contract: Contract): readonly string[] {
  const rows = metricDefinitions(contract).map(({ name, description, by, measures, windowSeconds }) => [
    code(name),
    description,
    by.length === 0 ? 'all events' : by.map(({ path }) => code(path)).join(', '),
    measures.map((measure) => `${code(measure.name)}${measure.unit === null ? '' : ` (${measure.unit})`}`).join(', '),
    windowSeconds === null ? 'all time' : `windows of ${windowSeconds} seconds`,
  ]);
  const header = ['metric', 'description', 'by', 'figures', 'over'];
  return rows.length === 0 ? [] : ['### Live metrics', markdownTable(header, rows)];
}

function factsOf(contract: Contract): readonly (readonly [string, string])[] {
  const { key, eventTime, identity, refinedFrom, rules } = contract;
  const identityText =
    identity === 'position' ? 'its position (topic, incarnation, kafka partition, offset)' : code(identity);
  return [
    ['owner', contract.owner],
    ['contract version', String(contract.version)],
    [
      'topic',
      `${code(contract.name)}, ${counted(contract.kafkaPartitions, 'kafka partition')}, kept ${contract.retentionHours} hours`,
    ],
    ['record key', key === null ? 'none' : code(key)],
    ['event time', typeof eventTime === 'string' ? code(eventTime) : eventTimeText(eventTime)],
    ['identity', refinedFrom !== null && identity === 'position' ? 'its position in the source stream' : identityText],
    ['allowed lateness in live windows', `${contract.allowedLatenessSeconds} seconds`],
    ...(refinedFrom === null ? [] : [['refined from', code(refinedFrom)] as const]),
    ...rules.map(({ name, path }) => ['rule', `${code(name)}, reported at ${code(path)}`] as const),
    [
      'table',
      catalogTables(contract)
        .map((table) => code(textOf(table)))
        .join(', also known as '),
    ],
  ];
}

/** A field, then the fields inside it by their dotted paths. */
function fieldRows(path: string, field: Field): readonly (readonly string[])[] {
  const { type, nullable, description, unit, rule, personal, masked } = field;
  const row = [
    code(path),
    wireType(type),
    nullable ? 'yes' : 'no',
    description,
    unit ?? '',
    rule === undefined ? '' : ruleText(rule),
    [personal ? 'yes' : '', masked ? 'masked' : ''].filter(Boolean).join(', '),
  ];
  return [row, ...innerRows(path, type)];
}

function innerRows(path: string, type: FieldType): readonly (readonly string[])[] {
  switch (type.kind) {
    case 'list':
      return fieldRows(`${path}[]`, type.of);
    case 'map':
      return fieldRows(`${path}{}`, type.of);
    case 'struct':
      return Object.entries(type.fields).flatMap(([name, field]) =>
        fieldRows(`${path}.${wireName(name, field)}`, field),
      );
    case 'string':
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
    case 'boolean':
    case 'timestamp':
    case 'date':
    case 'uuid':
    case 'json':
      return [];
    default:
      return type satisfies never;
  }
}

function wireType(type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return type.maxLength === null ? 'string' : `string, at most ${type.maxLength} characters`;
    case 'list':
      return type.kind;
    case 'double':
      return `double${orText(type)}`;
    case 'integer':
      return `integer, 32 bits${orText(type)}`;
    case 'bigint':
      return type.text ? 'integer, up to ±(2^53 − 1), or 64 bits as a string' : 'integer, up to ±(2^53 − 1)';
    case 'decimal':
      return `decimal(${type.precision},${type.scale}), a JSON number${orText(type)}`;
    case 'date':
      return 'date';
    case 'uuid':
      return 'UUID';
    case 'json':
      return 'any JSON';
    case 'boolean':
      return type.text ? 'boolean, or "true" or "false"' : 'boolean';
    case 'timestamp':
      return type.wire === 'text' ? 'timestamp' : `timestamp, in ${epochText(type.wire)}`;
    case 'struct':
      return 'object';
    case 'map':
      return 'object with arbitrary names';
    default:
      return type satisfies never;
  }
}

const orText = ({ text }: { readonly text?: true }) => (text ? ', or the same as a string' : '');

function ruleText({ name, minimum, exclusiveMinimum, maximum, oneOf }: ValueRule): string {
  const bounds = [
    minimum === undefined ? '' : `at least ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    oneOf === undefined ? '' : `one of ${oneOf.length} values`,
  ];
  return `${code(name)}: ${bounds.filter(Boolean).join(', ')}`;
}

function deadLetterSection(): string {
  return [
    '## Dead letters',
    `A record that cannot become a row of its stream’s table is stored unchanged in ${code(textOf(DEAD_LETTERS))}.`,
    columnTable(deadLetterColumns),
  ].join('\n\n');
}

function columnTable(ofObjects: readonly Column[], contract?: Contract): string {
  const rows = [...ofObjects, ...partitionColumns].map((column) => [
    code(column.name),
    columnTypeText(column),
    column.nullable ? 'yes' : 'no',
    column.source === 'system' || contract === undefined ? column.description : `field ${code(column.source.field)}`,
  ]);
  return markdownTable(['column', 'type', 'nullable', 'description'], rows);
}

function columnTypeText({ type, json }: { readonly type: ColumnType; readonly json: boolean }): string {
  return json ? `${duckdbType(type)} (JSON text)` : duckdbType(type);
}

const textOf = ({ database, table }: TableName) => `${database}.${table}`;
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
