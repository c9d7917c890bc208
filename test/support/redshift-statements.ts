import { modelFiles } from '../../lib/adapters/model-files.ts';
import { personalNames } from '../../lib/derive/personal-names.ts';
import { externalTables } from '../../lib/derive/redshift.ts';
import { warehouseSetUp } from '../../lib/derive/warehouse-set-up.ts';
import type { Statement } from '../../lib/pipeline/ports.ts';
import { dialects } from '../../lib/pipeline/transform/dialect.ts';
import { grantStatements } from '../../lib/pipeline/transform/grants.ts';
import { keepSql, leaseQuery, releaseSql, takeSql } from '../../lib/pipeline/transform/lease.ts';
import { failedHoursQuery, publishedQuery } from '../../lib/pipeline/transform/ledger.ts';
import type { Model } from '../../lib/pipeline/transform/model.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { planFailure, planModel } from '../../lib/pipeline/transform/plan-model.ts';
import {
  definitionsQuery,
  existingTablesQuery,
  ledgerStatements,
  schemaStatements,
} from '../../lib/pipeline/transform/schema-plan.ts';
import type { LocatedProject } from '../../lib/project.ts';

const lease = { lock: 'lock table ops.lease', now: 'getdate()', ...dialects.redshift.lease };
const SET_UP = {
  database: 'weir',
  spectrumRoleArn: 'arn:aws:iam::123456789012:role/weir',
  runnerRoleName: 'weir-dev-runner',
  readerRole: 'weir_reader',
};
const NONE = { tables: new Map(), viewDefinitions: new Map() };
const run = { hour: { dt: '2026-01-31', hour: 10 }, version: 'v', loadedAtMs: 0, windowSeconds: 60 };
const named = ({ name, sql }: Pick<Statement, 'name' | 'sql'>): Statement => ({ name, sql, parameters: {} });

/**
 * The statements that a run on Redshift may submit for the model: in an empty warehouse, or if its table lacks columns.
 */
export function statementsOf(model: Model): readonly Statement[] {
  const bare = { ...NONE, tables: new Map([[model.name, new Set<string>()]]) };
  return [
    ...schemaStatements(model, NONE, dialects.redshift, 0),
    ...(model.kept === 'view' ? [] : schemaStatements(model, bare, dialects.redshift, 0)),
    ...planModel({ ...run, model }, dialects.redshift).transaction.statements,
    ...planFailure({ ...run, model }, dialects.redshift, { error: 'e', broken: true }).statements,
  ];
}

/** Statements of a run that belong to no model, and those of a deployment. */
export async function otherStatements({ modelsDir, contracts }: LocatedProject): Promise<readonly Statement[]> {
  const graph = modelGraph(await modelFiles(modelsDir, contracts), externalTables(contracts));
  const grants = [null, personalNames(contracts)].flatMap((hidden) =>
    grantStatements({ role: 'weir_reader', hidden }, graph, dialects.redshift).flat(),
  );
  const setUp = [true, false].flatMap((readersSeePersonalData) =>
    warehouseSetUp({ ...SET_UP, contracts, readersSeePersonalData }).flatMap(({ sql, unless = sql }) => [sql, unless]),
  );
  return [
    ...ledgerStatements(new Map()),
    ...[...grants, ...setUp].map((sql) => named({ name: sql, sql })),
    ...[existingTablesQuery, definitionsQuery, publishedQuery, failedHoursQuery, leaseQuery(lease)].map(named),
    ...[takeSql, keepSql, releaseSql].flatMap((sql) => sql(lease)).map((sql) => named({ name: 'lease', sql })),
  ];
}
