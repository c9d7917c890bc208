import type { Contract } from '../../contracts/contract.ts';
import { type Column, columns, deadLetterColumns } from '../../derive/columns.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { catalogTables, DEAD_LETTERS, lakeTable, type TableName } from '../../derive/names.ts';
import { deadLetterSelect, type RowSelect, rowSelect } from '../../derive/row-select.ts';
import type { PartColumn } from '../ports.ts';

/** A table of the lake, as compaction needs it. */
export interface TableToCompact {
  readonly table: TableName;
  /** Every name of the table in the catalogue. */
  readonly names: readonly TableName[];
  /** null for the dead letters, whose columns belong to no contract. */
  readonly contractVersion: number | null;
  readonly columns: readonly PartColumn[];
  readonly select: RowSelect;
}

/** The lake's tables: one for each stream, and the dead letters. */
export function tablesToCompact(contracts: readonly Contract[]): readonly TableToCompact[] {
  const ofStreams = contracts.map((contract) => {
    const select = rowSelect(contract);
    return {
      table: lakeTable(contract),
      names: catalogTables(contract),
      contractVersion: contract.version,
      columns: partColumns(columns(contract), select),
      select,
    };
  });
  const deadLetters = {
    table: DEAD_LETTERS,
    names: [DEAD_LETTERS],
    contractVersion: null,
    columns: partColumns(deadLetterColumns, deadLetterSelect),
    select: deadLetterSelect,
  };
  return [...ofStreams, deadLetters];
}

function partColumns(all: readonly Column[], { fieldIds }: RowSelect): readonly PartColumn[] {
  return all.map(({ name, type }) => {
    const fieldId = fieldIds[name];
    if (fieldId === undefined) throw new Error(`compaction: expected a field id for the column ${name}, found none`);
    return { name, type: duckdbType(type), fieldId };
  });
}
