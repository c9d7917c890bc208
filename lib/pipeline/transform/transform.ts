import { randomUUID } from 'node:crypto';
import { lakeTableNamed } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { type Clock, StatementError, type Warehouse } from '../ports.ts';
import { type Dialect, dialects } from './dialect.ts';
import { type GrantDeps, grantReading } from './grants.ts';
import { withLease } from './lease.ts';
import type { Model } from './model.ts';
import type { ModelGraph } from './model-graph.ts';
import { type ModelRun, nameOf, planFailure, planModel } from './plan-model.ts';
import { existingTables, prepare, withLedger } from './prepare.ts';
import { publishedVersions } from './published-versions.ts';
import { type ExistingTables, noteDefinition } from './schema-plan.ts';
import { type LakePorts, lakeVersionsAhead, modelVersions } from './versions.ts';

export interface TransformDeps extends LakePorts, Pick<GrantDeps, 'readers'> {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly graph: ModelGraph;
  /** Length of the tumbling windows. Tables made with another length have to be rebuilt. */
  readonly windowSeconds: number;
  /** Names this run to others that find the warehouse taken. Each has its own; made up where not given. */
  readonly runner?: string;
}

export interface TransformRequest {
  /** Ascending. */
  readonly hours: readonly HourOfTable[];
  /** Only these and what they read; all where not given. */
  readonly models?: readonly string[];
  /** Also what is published already; what the asked models read is still run where it changed only. */
  readonly again?: boolean;
  /** What the ledger notes once all hours have been looked at; see `hoursDue`. */
  readonly note?: { readonly name: string; readonly definition: string };
  readonly onProgress?: (progress: { readonly hour: HourOfTable; readonly done: number; readonly of: number }) => void;
  /** Ends the run before the next model. */
  readonly signal?: AbortSignal;
}

/** A model whose hour was not published. */
interface ModelFailure {
  readonly model: string;
  readonly hour: HourOfTable;
  /** The data test that its rows broke; null where something else was wrong. */
  readonly brokenTest: string | null;
  /** Names model, file, hour and what is to be done. */
  readonly message: string;
}

export interface TransformCounts {
  /** Hours that had something to run. */
  readonly hours: number;
  /** Runs of a model over an hour that were published. */
  readonly published: number;
  readonly unchanged: number;
  readonly failures: readonly ModelFailure[];
  /** Runs that were left out because a model that they read had failed. */
  readonly stopped: number;
}

/**
 * Brings the warehouse's tables up to what the lake holds in these hours. Each model's hour is one transaction, and the
 * ledger remembers what it was made of: what has not changed since is left alone, and a run that was killed is simply
 * done again. A model that fails stops those that read it, in that hour, and no others.
 * @throws SettingError when the tables have windows of another length; WarehouseUnavailableError, and whatever the lake's
 * store and catalogue throw: what was published stays. When all is published, StatementError for what cannot be granted.
 */
export async function transform(deps: TransformDeps, request: TransformRequest): Promise<TransformCounts> {
  const { warehouse, clock, runner = randomUUID() } = deps;
  const models = selected(deps.graph, request.models);
  const tables = await withLedger(warehouse);
  const { lease } = dialects[warehouse.dialect];
  if (lease === null) return runHours(deps, { ...request, selected: models, tables });
  return withLease({ warehouse, clock, runner }, lease, async (leased) =>
    // Whoever had the lease before may have made some more.
    runHours({ ...deps, warehouse: leased }, { ...request, selected: models, tables: await existingTables(leased) }),
  );
}

interface HoursRequest extends TransformRequest {
  readonly selected: readonly Model[];
  readonly tables: ExistingTables;
}

async function runHours(deps: TransformDeps, request: HoursRequest): Promise<TransformCounts> {
  const { selected: models, tables } = request;
  const dialect = dialects[deps.warehouse.dialect];
  const broken = await prepare(deps, models, tables);
  const counts = { hours: 0, published: 0, unchanged: 0, stopped: 0, failures: [] as ModelFailure[] };
  const publishedOf = publishedVersions(deps.warehouse, request.hours);
  const lakeTables = [...new Set(models.flatMap(({ reads }) => reads))].filter((name) => lakeTableNamed(name) !== null);
  let done = 0;
  for await (const { hour, lake } of lakeVersionsAhead(deps, lakeTables, request.hours)) {
    if (request.signal?.aborted) break;
    const before = counts.published + counts.failures.length;
    const about = { names: request.models, models, hour, lake, publishedOf, broken, dialect, counts };
    await transformHour(deps, { ...request, ...about });
    if (counts.published + counts.failures.length > before) counts.hours++;
    request.onProgress?.({ hour, done: ++done, of: request.hours.length });
  }
  if (request.note !== undefined && request.signal?.aborted !== true) {
    const { name, definition } = request.note;
    await deps.warehouse.run({ name, statements: noteDefinition(name, definition, deps.clock.now()), reads: [] });
  }
  // Last, so that what others may read never keeps the tables from being published.
  if (request.signal?.aborted !== true) await grantReading(deps);
  return counts;
}

/** @throws when there is no such model. */
function selected(graph: ModelGraph, names: readonly string[] | undefined): readonly Model[] {
  if (names === undefined) return graph.models;
  const unknown = names.find((name) => !graph.models.some((model) => model.name === name));
  if (unknown !== undefined) {
    throw new Error(`${unknown}: expected a model, one of ${graph.models.map(({ name }) => name).join(', ')}`);
  }
  const wanted = new Set(names.flatMap((name) => [name, ...graph.upstream(name)]));
  return graph.models.filter(({ name }) => wanted.has(name));
}

interface HourRequest extends Omit<TransformRequest, 'models' | 'hours'> {
  readonly hour: HourOfTable;
  /** Versions of the lake's tables in the hour. */
  readonly lake: ReadonlyMap<string, string>;
  readonly publishedOf: ReturnType<typeof publishedVersions>;
  readonly models: readonly Model[];
  readonly names: readonly string[] | undefined;
  readonly broken: ReadonlyMap<string, StatementError>;
  readonly dialect: Dialect;
  readonly counts: { published: number; unchanged: number; stopped: number; failures: ModelFailure[] };
}

async function transformHour(deps: TransformDeps, request: HourRequest): Promise<void> {
  const { hour, lake, models, publishedOf, broken, dialect, counts, signal } = request;
  const isAsked = ({ name }: Model) => request.again === true && (request.names?.includes(name) ?? true);
  const versions = modelVersions(deps.graph, lake, deps.windowSeconds);
  if (!models.some(({ name }) => versions.has(name))) return;
  const published = await publishedOf(hour);
  const unfinished = new Set<string>();
  for (const model of models) {
    if (signal?.aborted) return;
    const version = versions.get(model.name);
    if (version === undefined) continue;
    if (model.reads.some((name) => unfinished.has(name))) {
      unfinished.add(model.name);
      counts.stopped++;
    } else if (published.get(model.name) === version && !isAsked(model)) {
      counts.unchanged++;
    } else {
      const run = { model, hour, version, loadedAtMs: deps.clock.now(), windowSeconds: deps.windowSeconds };
      const failure = await publish(deps.warehouse, run, dialect, broken.get(model.name));
      if (failure === undefined) {
        counts.published++;
      } else {
        unfinished.add(model.name);
        counts.failures.push(failure);
      }
    }
  }
}

/** @returns why the hour was not published; undefined when it was. */
async function publish(
  warehouse: Warehouse,
  run: ModelRun,
  dialect: Dialect,
  notPrepared: StatementError | undefined,
): Promise<ModelFailure | undefined> {
  const plan = planModel(run, dialect);
  try {
    if (notPrepared !== undefined) throw notPrepared;
    await warehouse.run(plan.transaction);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const test = error === notPrepared ? undefined : plan.tests.get(error.index);
    const message = test === undefined ? modelAdvice(run, error) : rowsAdvice(run, test.text);
    await warehouse.run(planFailure(run, dialect, { error: message, broken: test !== undefined }));
    return { model: run.model.name, hour: run.hour, brokenTest: test?.text ?? null, message };
  }
}

function modelAdvice(run: ModelRun, { message }: StatementError): string {
  const about = `${nameOf(run)}: `;
  const found = message.startsWith(about) ? message.slice(about.length) : message;
  return `${about}${found}; nothing of the hour was changed; mend the model, and the next run takes the hour again`;
}

function rowsAdvice(run: ModelRun, test: string): string {
  return (
    `${nameOf(run)}: expected rows that pass "${test}", found others; what was published before stays; the rows are in ` +
    'ops.test_results; mend their source or the model, and the next run takes the hour again'
  );
}
