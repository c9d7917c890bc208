import { columnName } from '../contracts/column-name.ts';
import type { Contract, Fields, FieldType } from '../contracts/contract.ts';
import { columns, deadLetterColumns } from './columns.ts';
import { DEAD_LETTERS } from './names.ts';
import { externalTablesOf } from './redshift.ts';

/** By lake table, the names of columns and nested fields that hold personal data. */
export type PersonalNames = ReadonlyMap<string, ReadonlySet<string>>;

/** By table, as Redshift names it: `lake.chat_rooms` → `customer`, and `phone` nested in it. */
export function personalNames(contracts: readonly Contract[]): PersonalNames {
  const ofDeadLetters = deadLetterColumns.filter(({ personal }) => personal).map(({ name }) => name);
  return new Map([
    ...contracts.flatMap((contract) =>
      externalTablesOf(contracts, contract).map((table) => [table, namesOf(contract)] as const),
    ),
    [`${DEAD_LETTERS.database}.${DEAD_LETTERS.table}`, new Set(ofDeadLetters)] as const,
  ]);
}

function namesOf(contract: Contract): ReadonlySet<string> {
  const ofColumns = columns(contract)
    .filter(({ personal }) => personal)
    .map(({ name }) => name);
  return new Set([...ofColumns, ...namesInside(contract.fields)]);
}

function namesInside(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([name, { personal, type }]) => [
    ...(personal ? [columnName(name)] : []),
    ...namesInType(type),
  ]);
}

function namesInType(type: FieldType): readonly string[] {
  if (type.kind === 'struct') return namesInside(type.fields);
  return type.kind === 'list' || type.kind === 'map' ? namesInType(type.of.type) : [];
}
