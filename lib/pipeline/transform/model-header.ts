import { kinds } from './kinds.ts';
import { type DataTest, type Kept, type ModelColumn, ModelError } from './model.ts';

/**
 * The header of a model's file: comment lines before the select. The first ones describe a row; then the following
 * entries, in any order, each at most once (`kept`, `grain` and `columns` are required):
 *
 *     -- grain: room_id                           columns that tell one row from another; tested on every run
 *     -- kept: view | replace_hour | merge | rebuild
 *     -- key: room_id                             merge: the columns that identify an existing row
 *     -- newest: version_time, version_position   merge: the newer row wins
 *     -- least: created_at                        merge: the smaller value stays
 *     -- sum: amount, purchases                   merge: adds up over the hours
 *     -- hour: ingested_at                        replace_hour: the timestamp whose hour is replaced
 *     -- within: dt = :dt                         view: the rows that the tests of an hour check
 *     -- sort: created_at (the reason)            Redshift's sort key
 *     -- distribution: even | all | room_id (the reason)
 *     -- columns: of lake.chat_rooms              those of a lake table, by its contract; more may follow
 *     --   room_id string                         type as in a contract; `?` if it may be null
 *     --   caller string personal                 personal data whatever its name; `public`: not, whatever its name
 *     -- tests:
 *     --   unique: message_id
 *     --   not null: room_id, channel
 *     --   relationship: customer_id in analytics.customers.customer_id
 *     --   accepted values: sender_type in 'customer', 'agent'
 *     --   expression: amount > 0
 */
export interface ModelHeader {
  readonly description: string;
  readonly grain: readonly string[];
  readonly kept: Kept;
  readonly columns: readonly ModelColumn[];
  readonly key: readonly string[];
  readonly newest: readonly string[];
  readonly least: readonly string[];
  readonly sum: readonly string[];
  readonly hour: string;
  readonly within: string | null;
  readonly sort: readonly string[];
  readonly distribution: string;
  readonly tests: readonly DataTest[];
}

const KINDS = Object.keys(kinds) as readonly Kept[];
const ENTRIES = 'grain, kept, key, newest, least, sum, hour, within, sort, distribution, columns, tests'.split(', ');
const NAME = /^[a-z_][a-z0-9_]*$/;

/** The columns of the lake's tables by table name, such as `lake.chat_rooms`. */
export type LakeColumns = ReadonlyMap<string, readonly ModelColumn[]>;

/** @throws ModelError naming the file, what was expected and what was found. */
export function modelHeader(file: string, sql: string, lake: LakeColumns): ModelHeader {
  const { description, entries, lists } = headerLines(file, sql);
  const names = (entry: string): readonly string[] => columnNames(file, entry, entries.get(entry) ?? '');
  const kept = KINDS.find((kind) => kind === entries.get('kept'));
  if (kept === undefined) {
    throw wrong(file, `kept: ${KINDS.join(' | ')}`, entries.get('kept') ?? 'no such line');
  }
  const header: ModelHeader = {
    description,
    grain: names('grain'),
    kept,
    columns: [
      ...lakeColumns(file, entries.get('columns') ?? '', lake),
      ...(lists.get('columns') ?? []).map((line) => column(file, line)),
    ],
    key: names('key'),
    newest: names('newest'),
    least: names('least'),
    sum: names('sum'),
    hour: entries.get('hour') ?? 'ingested_at',
    within: entries.get('within') ?? null,
    sort: columnNames(file, 'sort', withoutReason(entries.get('sort') ?? '')),
    distribution: withoutReason(entries.get('distribution') ?? 'even'),
    tests: (lists.get('tests') ?? []).flatMap((line) => dataTests(file, line)),
  };
  checkHeader(file, header, entries);
  return header;
}

/** `room_id (rows are found again by it)` → `room_id` */
const withoutReason = (text: string) => text.replace(/\s*\(.*\)$/, '');

function headerLines(file: string, sql: string) {
  const entries = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const description: string[] = [];
  let list: string[] | undefined;
  for (const line of sql.split('\n')) {
    if (!line.startsWith('--')) break;
    const text = line.slice(2);
    const [, name, value] = /^ ([a-z]+):(?: (.*))?$/.exec(text) ?? [];
    if (name !== undefined) {
      if (!ENTRIES.includes(name)) throw wrong(file, `one of ${ENTRIES.join(', ')} in the header`, `"${name}"`);
      if (entries.has(name) || lists.has(name)) throw wrong(file, `${name} once in the header`, 'it twice');
      list = name === 'columns' || name === 'tests' ? [] : undefined;
      if (list !== undefined) lists.set(name, list);
      if (list === undefined || value !== undefined) entries.set(name, (value ?? '').trim());
    } else if (list !== undefined && text.startsWith('   ')) list.push(text.trim());
    else if (entries.size + lists.size === 0) description.push(text.trim());
    else throw wrong(file, 'header lines that are "-- name: value" or "--   item"', `"${line}"`);
  }
  if (description.length === 0) throw wrong(file, 'a first line that says what one row is', 'none');
  return { description: description.join(' '), entries, lists };
}

function columnNames(file: string, entry: string, text: string): readonly string[] {
  const names = text === '' ? [] : text.split(',').map((name) => name.trim());
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) throw wrong(file, `column names after ${entry}`, `"${odd}"`);
  return names;
}

/** `of lake.chat_rooms` */
function lakeColumns(file: string, text: string, lake: LakeColumns): readonly ModelColumn[] {
  if (text === '') return [];
  const found = lake.get(text.replace(/^of /, ''));
  if (found === undefined || !text.startsWith('of ')) {
    throw wrong(file, 'columns of a lake table, as in "columns: of lake.chat_rooms"', `"columns: ${text}"`);
  }
  return found;
}

const TYPES = /^(string|json|integer|bigint|double|boolean|timestamp|date|decimal\((\d+),(\d+)\))$/;

/** `customer_name string?` */
function column(file: string, line: string): ModelColumn {
  const [, name, type = '', optional, mark] = /^([a-z_]\w*) (\S+?)(\?)?(?: (personal|public))?$/.exec(line) ?? [];
  const [, kind, precision, scale] = TYPES.exec(type) ?? [];
  if (name === undefined || kind === undefined) {
    const expected =
      'a column as "name type", with "?" where it may be null, then personal or public where that is to be said';
    throw wrong(file, expected, `"${line}"`);
  }
  const about = { nullable: optional === '?', ...(mark === undefined ? {} : { personal: mark === 'personal' }) };
  if (kind === 'json') return { name, type: { kind: 'string' }, json: true, ...about };
  if (precision !== undefined) {
    const type = { kind: 'decimal', precision: Number(precision), scale: Number(scale) } as const;
    return { name, type, json: false, ...about };
  }
  return { name, type: { kind } as ModelColumn['type'], json: false, ...about };
}

function dataTests(file: string, line: string): readonly DataTest[] {
  const [, kind, text = ''] = /^([a-z ]+): (.+)$/.exec(line) ?? [];
  const names = () => columnNames(file, `tests: ${kind}`, text);
  switch (kind) {
    case 'unique':
      return [{ kind, text: line, columns: names() }];
    case 'not null':
      return [{ kind, text: line, columns: names() }];
    case 'relationship': {
      const [, own, table, tableColumn] = /^(\w+) in (\w+\.\w+)\.(\w+)$/.exec(text) ?? [];
      if (own === undefined || table === undefined || tableColumn === undefined) break;
      return [{ kind, text: line, column: own, table, tableColumn }];
    }
    case 'accepted values': {
      const [, own, values] = /^(\w+) in (.+)$/.exec(text) ?? [];
      if (own === undefined || values === undefined) break;
      return [{ kind, text: line, column: own, values }];
    }
    case 'expression':
      return [{ kind, text: line, expression: text }];
  }
  throw wrong(
    file,
    'a test: unique, not null, relationship (a in s.t.b), accepted values (a in …) or expression',
    `"${line}"`,
  );
}

function checkHeader(file: string, header: ModelHeader, entries: ReadonlyMap<string, string>): void {
  const { kept, columns } = header;
  if (columns.length === 0) throw wrong(file, 'columns in the header', 'none');
  if (header.grain.length === 0) throw wrong(file, 'a grain in the header', 'none');
  for (const [kind, { entries: own }] of Object.entries(kinds)) {
    const foreign = own.find((entry) => kind !== kept && entries.has(entry));
    if (foreign !== undefined) throw wrong(file, `"${foreign}" with "kept: ${kind}" only`, `it with "kept: ${kept}"`);
  }
  const named = { key: header.key, hour: [header.hour] };
  const missing = kinds[kept].required.find((entry) => named[entry].length === 0);
  if (missing !== undefined) throw wrong(file, `a ${missing} for "kept: ${kept}"`, 'none');
  if (header.sum.length > 0 && header.newest.length + header.least.length > 0) {
    throw wrong(file, '"sum" by itself', 'it beside "newest" or "least"');
  }
  const known = new Set(columns.map(({ name }) => name));
  const place = ['even', 'all'].includes(header.distribution) ? [] : [header.distribution];
  const tested = header.tests.flatMap((test) =>
    'columns' in test ? test.columns : 'column' in test ? [test.column] : [],
  );
  const { grain, newest, least, sum, sort } = header;
  const required = kinds[kept].required.flatMap((entry) => named[entry]);
  const all = [...grain, ...newest, ...least, ...sum, ...required, ...sort, ...place, ...tested];
  const unknown = all.find((name) => !known.has(name));
  if (unknown !== undefined) throw wrong(file, `a column of ${[...known].join(', ')}`, `"${unknown}"`);
}

function wrong(file: string, expected: string, found: string): ModelError {
  return new ModelError(`${file}: expected ${expected}, found ${found}`);
}
