import { quoted } from '../../derive/quoted.ts';
import type { Dialect } from './dialect.ts';
import type { Model, ModelColumn } from './model.ts';
import { sameKey } from './same-key.ts';

/**
 * How rows of the temporary table `staged` are written to a model's table; `kinds.ts` selects the function. They are
 * deletes and inserts, which every warehouse has; the whole run is one transaction, so no reader sees an intermediate
 * state.
 */
export const replaceAll = (model: Model): readonly string[] => [
  `delete from ${model.name}`,
  insert(model.name, namesOf(model), 'staged'),
];

export function replaceHour(model: Model): readonly string[] {
  const { name } = model;
  const hour = quoted(model.hour);
  return [
    `delete from ${name} where ${hour} >= cast(:hour_start as timestamp) and ${hour} < cast(:hour_end as timestamp)`,
    insert(name, namesOf(model), 'staged'),
  ];
}

/** The table in which a model with sums records what it has applied from each hour. */
export function appliedTable({ name }: Pick<Model, 'name'>): string {
  return `${name}_applied`;
}

const namesOf = ({ columns }: Pick<Model, 'columns'>) => columns.map(({ name }) => quoted(name)).join(', ');

const insert = (table: string, names: string, from: string) =>
  `insert into ${table} (${names}) select ${names} from ${from}`;

function temporary(table: string, columns: readonly ModelColumn[], dialect: Dialect, more: readonly string[] = []) {
  const types = columns.map((column) => `${quoted(column.name)} ${dialect.columnType(column)}`);
  return `create temporary table ${table} (${[...types, ...more].join(', ')})`;
}

/** Fills the temporary table `present` with these columns of the existing rows that have keys in `keysOf`. */
function present(model: Model, columns: readonly ModelColumn[], keysOf: string, dialect: Dialect): readonly string[] {
  const { place, select } = dialect.foundRows;
  const places = place === null ? [] : [place];
  const names = [...columns.map(({ name }) => quoted(name)), ...places].join(', ');
  return [
    temporary(
      'present',
      columns,
      dialect,
      places.map((name) => `${name} bigint`),
    ),
    `insert into present (${names}) ${select(model, columns, keysOf)}`,
  ];
}

/** Inserts into a `merge` model's table. */
function insertFound(model: Model, names: string, dialect: Dialect): string {
  const { column } = dialect.foundRows;
  if (column === null) return insert(model.name, names, 'merged');
  return `insert into ${model.name} (${names}, ${column.name}) select ${names}, ${column.value(model)} from merged`;
}

/**
 * A staged row replaces the existing row, unless that one is newer by version; the least values of both stay. Only the
 * table's keys, versions and least values are read, and whole rows if an older row lowers a value.
 */
export function mergeByKey(model: Model, dialect: Dialect): readonly string[] {
  const { name, table, key, newest, least, columns } = model;
  const names = namesOf(model);
  const compared = columns.filter((column) => [...key, ...newest, ...least].includes(column.name));
  const join = sameKey(model, 'present', 'staged');
  const isNotOlder = newest.length === 0 ? '' : ` where not coalesce(${isOlder(newest)}, false)`;
  const withLeast = (from: string) =>
    columns
      .map((column) => (least.includes(column.name) ? lesser(column.name) : `${from}.${quoted(column.name)}`))
      .join(', ');
  const lowers = least.map((column) => `staged.${quoted(column)} < present.${quoted(column)}`).join(' or ');
  const lowered =
    newest.length === 0 || least.length === 0
      ? []
      : [
          `insert into merged (${names}) select ${withLeast(table)} from staged inner join present on ${join} ` +
            `inner join ${name} on ${dialect.foundRows.isPresent(model)} where (${isOlder(newest)}) and (${lowers})`,
        ];
  return [
    ...present(model, compared, 'staged', dialect),
    temporary('merged', columns, dialect),
    `insert into merged (${names}) select ${withLeast('staged')} from staged left join present on ${join}${isNotOlder}`,
    ...lowered,
    dialect.foundRows.remove(model, 'merged'),
    insertFound(model, names, dialect),
    'drop table present',
    'drop table merged',
  ];
}

/** The smaller of the two values that are not null. */
function lesser(column: string): string {
  const [staged, present] = [`staged.${quoted(column)}`, `present.${quoted(column)}`];
  return `case when ${present} < ${staged} or ${staged} is null then ${present} else ${staged} end`;
}

/** Whether the staged row is older than the existing one, by the first of the columns that differs. */
function isOlder(newest: readonly string[]): string {
  const conditions = newest.map((name, index) => {
    const equal = newest.slice(0, index).map((before) => `staged.${quoted(before)} = present.${quoted(before)}`);
    return [...equal, `staged.${quoted(name)} < present.${quoted(name)}`].join(' and ');
  });
  return conditions.map((condition) => `(${condition})`).join(' or ');
}

/**
 * Totals change by the difference between the hour's current content and what was applied from it before, which is
 * stored for this purpose: an hour that runs again replaces its own part, and no run reads history. A row whose sums
 * are all 0 is omitted.
 */
export function addUp(model: Model, dialect: Dialect): readonly string[] {
  const { sum, columns } = model;
  const applied = appliedTable(model);
  const names = namesOf(model);
  const others = columns
    .map((column) => column.name)
    .filter((column) => !sum.includes(column))
    .map(quoted);
  const summed = (name: string, written: (quotedName: string) => string) =>
    sum.includes(name) ? written(quoted(name)) : quoted(name);
  const negated = columns.map(({ name }) => summed(name, (own) => `-${own}`));
  const added = columns.map(({ name }) => summed(name, (own) => `sum(${own})`));
  return [
    temporary('moved', columns, dialect),
    insert('moved', names, 'staged'),
    `insert into moved (${names}) select ${negated.join(', ')} from ${applied} where hour_start = cast(:hour_start as timestamp)`,
    ...present(model, columns, 'moved', dialect),
    temporary('merged', columns, dialect),
    `insert into merged (${names}) select ${added.join(', ')} from (select ${names} from moved union all select ${names} from present ` +
      `where exists (select 1 from moved where ${sameKey(model, 'moved', 'present')})) as parts ` +
      `group by ${others.join(', ')} having ${sum.map((column) => `sum(${quoted(column)}) <> 0`).join(' or ')}`,
    dialect.foundRows.remove(model, 'moved'),
    insertFound(model, names, dialect),
    `delete from ${applied} where hour_start = cast(:hour_start as timestamp)`,
    `insert into ${applied} (hour_start, ${names}) select cast(:hour_start as timestamp), ${names} from staged`,
    'drop table moved',
    'drop table present',
    'drop table merged',
  ];
}
