import { ApiError } from './api-error.ts';
import { modelListSchema, modelRunSchema, modelSchema } from './model-schemas.ts';
import { textParameter } from './parameters.ts';
import { revised } from './revised.ts';
import type { ApiRoute } from './route.ts';

/**
 * `behind`: the lake has a newer hour than the model has published. `unknown`: the ledger cannot be read while the
 * models run for the first time.
 */
export type ModelState = 'current' | 'behind' | 'failed' | 'never_run' | 'unknown';

/** A model in the graph. Hours are `2026-01-31T13`, UTC; null if there is none. */
export interface ModelNode {
  readonly model: string;
  readonly kept: string;
  readonly description: string;
  /** Models and tables of the lake. */
  readonly reads: readonly string[];
  readonly state: ModelState;
  /** The newest hour in the lake of what it reads. */
  readonly lake_hour: string | null;
  /** The newest published hour. */
  readonly newest_hour: string | null;
  /** Rows of that hour. */
  readonly rows: number | null;
  /** ISO 8601. */
  readonly last_run: string | null;
  readonly failed_hours: number;
  readonly broken_tests: readonly string[];
  /** The error of the newest failed hour. */
  readonly error: string | null;
}

export interface ModelList {
  /** In execution order. */
  readonly models: readonly ModelNode[];
  /** Tables of the lake that models read. */
  readonly tables: readonly { readonly table: string; readonly newest_hour: string | null }[];
  /** When the running models began, ISO 8601; null while none run. */
  readonly running_since: string | null;
  /** When the ledger was last read, ISO 8601; null if it could not be read yet, or does not exist. */
  readonly as_of: string | null;
}

/** One model whole. */
export interface WholeModel extends ModelNode {
  /** `sql/prod/dim_product.sql` */
  readonly file: string;
  readonly grain: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly tests: readonly string[];
  readonly sql: string;
  /** The models that read it, directly or through others, in execution order. */
  readonly read_by: readonly string[];
  /** Its last runs, the newest hour first. */
  readonly runs: readonly ModelHour[];
  /** Rows that break a test, the newest hour first. */
  readonly broken_rows: readonly BrokenRow[];
}

export interface ModelHour {
  readonly hour: string;
  readonly outcome: string;
  readonly rows: number | null;
  readonly ran_at: string;
  readonly error: string | null;
}

export interface BrokenRow {
  readonly hour: string;
  readonly test: string;
  /** How many rows break the test in this hour. */
  readonly broken_rows: number;
  /** One of them: `country=Italy, amount=null`. */
  readonly row: string;
}

export interface FinishedRun {
  /** Hours that had something to run. */
  readonly hours: number;
  readonly published: number;
  readonly unchanged: number;
  /** Runs that were skipped because a model that they read had failed. */
  readonly stopped: number;
  readonly failures: readonly { readonly model: string; readonly hour: string; readonly message: string }[];
}

export interface ModelPorts {
  readonly models: {
    list(): Promise<ModelList>;
    /** Null if there is no such model; the same holds below. */
    whole(model: string): Promise<WholeModel | null>;
    /** `busy`: another requested run has not finished. */
    run(model: string): Promise<FinishedRun | 'busy' | null>;
  };
}

const RETRY_AFTER_SECONDS = 5;

const model = textParameter('model', 'A model of this project: `prod.dim_product`.');

/** The SQL models. They read the warehouse's file, so they are only served locally. */
export const modelRoutes: readonly ApiRoute<ModelPorts>[] = [
  {
    method: 'GET',
    path: '/models',
    operationId: 'getModels',
    tag: 'models',
    summary: 'The SQL models: what each reads, how far it is, and what failed',
    parameters: [],
    responses: {
      200: { description: 'The models in the order of a run.', content: { 'application/json': modelListSchema } },
    },
    errors: [],
    isRevised: true,
    handle: async (_, { models }) => revised(await models.list()),
  },
  {
    method: 'GET',
    path: '/models/{model}',
    operationId: 'getModel',
    tag: 'models',
    summary: 'One model: its SQL, columns, tests, last runs, and the rows that break a test',
    variables: [model],
    parameters: [],
    responses: { 200: { description: 'The model.', content: { 'application/json': modelSchema } } },
    errors: ['not_found'],
    isRevised: true,
    handle: async ({ variable }, { models }) => revised(found(await models.whole(variable('model')))),
  },
  {
    method: 'POST',
    path: '/models/{model}/run',
    operationId: 'runModel',
    tag: 'models',
    summary: 'Run a model and those that read it again, and answer what was published',
    description:
      'Over the last 48 hours, hours that have changed since, and hours that failed; over the whole lake if the models ' +
      'have changed. What the model reads runs only where it has changed. It waits for a run that is going on. It goes ' +
      'on when the client hangs up.',
    variables: [model],
    parameters: [],
    responses: { 200: { description: 'The run has ended.', content: { 'application/json': modelRunSchema } } },
    errors: ['not_found', 'too_many_requests', 'unavailable'],
    async handle({ variable }, { models }) {
      const run = found(await models.run(variable('model')));
      if (run !== 'busy') return { body: run };
      throw new ApiError('too_many_requests', 'a run that was requested before has not ended; try again after it', {
        headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      });
    },
  },
];

function found<T>(answer: T | null): T {
  if (answer !== null) return answer;
  throw new ApiError('not_found', 'expected a model of this project, found another; GET /models lists them');
}
