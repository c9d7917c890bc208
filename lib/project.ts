import type { Contract } from './contracts/contract.ts';
import { type DeclaredRoute, routeFault } from './derive/declared-routes.ts';
import { metricDefinitions } from './derive/metric-definitions.ts';
import { catalogTables, DEAD_LETTERS } from './derive/names.ts';
import type { SavedQuery } from './derive/saved-queries.ts';
import type { Generator } from './generators/generator.ts';
import type { Deployment } from './infra/deployment.ts';
import type { Refinement } from './pipeline/refine/refinement.ts';

/** An invalid or missing `weir.config.ts`. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

/** A stream and everything that belongs to it. */
export interface Stream {
  readonly contract: Contract;
  /** Makes example events. A refined stream has none, because its events come from its source stream. */
  readonly generator?: Generator;
  /** Derives this stream from another one. */
  readonly refinement?: Refinement;
  /** Athena queries over its table. */
  readonly savedQueries?: readonly SavedQuery[];
  /** Custom API routes over any metrics of the project. */
  readonly routes?: readonly DeclaredRoute[];
}

interface Declaration {
  /** A bare contract is a stream with nothing else. */
  readonly streams: readonly (Stream | Contract)[];
  /** The folder of the SQL models, relative to the project's folder. */
  readonly models?: string;
  readonly deployments?: readonly Deployment[];
}

/** What a `weir.config.ts` declares: one team's whole pipeline. */
export interface Project {
  readonly contracts: readonly Contract[];
  readonly generators: readonly Generator[];
  readonly refinements: readonly Refinement[];
  readonly savedQueries: readonly SavedQuery[];
  readonly routes: readonly DeclaredRoute[];
  /** The folder of its SQL models, relative to the project's folder. */
  readonly modelsFolder: string;
  readonly deployments: readonly Deployment[];
}

/** A project and its location. */
export interface LocatedProject extends Project {
  /** The absolute path of its folder. */
  readonly dir: string;
  /** The absolute path of its `weir.config.ts`. */
  readonly configFile: string;
  /** The absolute path of the folder of its SQL models. */
  readonly modelsDir: string;
}

/**
 * The project with its defaults; `weir.config.ts` exports it as its default.
 * @throws ProjectError for the first mistake: one line with what was expected, what was found, and what to do.
 */
export function project({ streams, models = 'sql', deployments = [] }: Declaration): Project {
  const complete = streams.map((stream): Stream => ('contract' in stream ? stream : { contract: stream }));
  checkStreams(complete);
  checkDeployments(deployments);
  return {
    contracts: complete.map(({ contract }) => contract),
    generators: complete.flatMap(({ generator }) => generator ?? []),
    refinements: complete.flatMap(({ refinement }) => refinement ?? []),
    savedQueries: complete.flatMap(({ savedQueries }) => savedQueries ?? []),
    routes: complete.flatMap(({ routes }) => routes ?? []),
    modelsFolder: models,
    deployments,
  };
}

function checkStreams(streams: readonly Stream[]): void {
  if (streams.length === 0) {
    throw new ProjectError('streams: expected at least one stream, found none; add a contract to the list');
  }
  const names = streams.map(({ contract }) => contract.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ProjectError(`streams: expected a name of its own for each, found ${twice} twice; rename or remove one`);
  }
  checkTables(streams);
  for (const stream of streams) checkStream(stream, names);
  checkMetrics(streams);
  checkRoutes(streams);
}

function checkMetrics(streams: readonly Stream[]): void {
  const names = streams.flatMap(({ contract }) => Object.keys(contract.metrics));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    const found = streams.filter(({ contract }) => Object.hasOwn(contract.metrics, twice));
    throw new ProjectError(
      `streams: expected a name of its own for each metric, found ${twice} in ` +
        `${found.map(({ contract }) => contract.name).join(' and ')}; rename one`,
    );
  }
}

function checkRoutes(streams: readonly Stream[]): void {
  const fault = routeFault(
    streams.flatMap(({ routes }) => routes ?? []),
    streams.flatMap(({ contract }) => metricDefinitions(contract)),
  );
  if (fault !== undefined) throw new ProjectError(fault);
}

function checkTables(streams: readonly Stream[]): void {
  const owners = new Map<string, string>([[`${DEAD_LETTERS.database}.${DEAD_LETTERS.table}`, 'dead letters']]);
  for (const { contract } of streams) {
    for (const { database, table } of catalogTables(contract)) {
      const other = owners.get(`${database}.${table}`);
      if (other !== undefined) {
        throw new ProjectError(
          `stream ${contract.name}: expected a table of its own, found ${database}.${table}, which is that of ${other}; rename one`,
        );
      }
      owners.set(`${database}.${table}`, contract.name);
    }
  }
}

function checkStream({ contract, generator, refinement }: Stream, names: readonly string[]): void {
  const { name, refinedFrom } = contract;
  if (generator !== undefined && generator.stream !== name) {
    throw new ProjectError(
      `stream ${name}: expected a generator of ${name}, found one of ${generator.stream}; correct it`,
    );
  }
  if (refinement !== undefined && refinement.to.name !== name) {
    throw new ProjectError(
      `stream ${name}: expected a refinement that makes ${name}, found one that makes ${refinement.to.name}; correct it`,
    );
  }
  if (refinedFrom !== null && refinement === undefined) {
    throw new ProjectError(`stream ${name}: expected its refinement from ${refinedFrom}, found none; add it`);
  }
  if (refinedFrom !== null && !names.includes(refinedFrom)) {
    const found = `found ${names.join(', ')}`;
    throw new ProjectError(
      `stream ${name}: expected ${refinedFrom}, which it is refined from, ${found}; add that stream`,
    );
  }
}

function checkDeployments(deployments: readonly Deployment[]): void {
  const names = deployments.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ProjectError(
      `deployments: expected a name of its own for each, found ${twice} twice; rename or remove one`,
    );
  }
}
