import { createHash } from 'node:crypto';
import type { SqlParameter } from '@aws-sdk/client-redshift-data';
import { MAX_STATEMENTS, type Statement, StatementError } from '../../pipeline/ports.ts';
import { parametersOf, replaceParameters } from '../../pipeline/transform/sql-text.ts';

/** @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html#data-api-calling-considerations */
const MAX_STATEMENT_BYTES = 100_000;

/** The input of one call; the parameters are those of all statements together. */
export interface Batch {
  readonly sqls: string[];
  readonly parameters: SqlParameter[];
}

/**
 * The statements as the input of one call; a parameter that has different values in two statements gets a second name.
 * @throws StatementError for input that the Data API would refuse: too many statements, too long, a missing or unused
 * parameter.
 */
export function batchOf(name: string, statements: readonly Statement[]): Batch {
  if (statements.length > MAX_STATEMENTS) {
    const found = `expected at most ${MAX_STATEMENTS} statements, found ${statements.length}`;
    throw new StatementError(MAX_STATEMENTS, `${name}: ${found}; split the transaction`);
  }
  const values = new Map<string, string>();
  const sqls = statements.map((statement, index) => {
    checkParameters(statement, index);
    const sql = replaceParameters(statement.sql, (own) => `:${shared(values, own, statement.parameters[own] ?? '')}`);
    const bytes = Buffer.byteLength(sql);
    if (bytes > MAX_STATEMENT_BYTES) {
      const found = `expected at most ${MAX_STATEMENT_BYTES} bytes of SQL, found ${bytes}`;
      throw new StatementError(index, `${statement.name}: ${found}; split the statement`);
    }
    return sql;
  });
  return { sqls, parameters: [...values].map(([parameter, value]) => ({ name: parameter, value })) };
}

/** The name that has this value in the whole batch. */
function shared(values: Map<string, string>, name: string, value: string): string {
  let free = name;
  for (let copy = 2; values.has(free) && values.get(free) !== value; copy++) free = `${name}_${copy}`;
  values.set(free, value);
  return free;
}

function checkParameters({ name, sql, parameters }: Statement, index: number): void {
  const used = parametersOf(sql);
  const missing = used.filter((parameter) => !Object.hasOwn(parameters, parameter));
  const unused = Object.keys(parameters).filter((parameter) => !used.includes(parameter));
  if (missing.length > 0)
    throw new StatementError(index, `${name}: no value for the parameter :${missing.join(', :')}`);
  if (unused.length > 0) throw new StatementError(index, `${name}: never uses the parameter :${unused.join(', :')}`);
}

/**
 * A ClientToken of 64 characters: the same for the same batch of the same attempt, so that a repeated call, by any
 * process, runs nothing twice. `turn` numbers the equal batches that one attempt intends to run.
 */
export function clientToken(attempt: string, name: string, turn: number, { sqls, parameters }: Batch): string {
  return createHash('sha256')
    .update(JSON.stringify([attempt, name, turn, sqls, parameters]))
    .digest('hex');
}
