import { modelFiles } from '../adapters/model-files.ts';
import { loadProject } from '../adapters/project-file.ts';
import { readReleased, releasedDir } from '../adapters/released-contracts.ts';
import type { Contract } from '../contracts/contract.ts';
import { brokenPromises } from '../derive/compatibility.ts';
import { externalTables } from '../derive/redshift.ts';
import { releasedContract } from '../derive/released.ts';
import { eventSource } from '../generators/event-source.ts';
import type { Generator } from '../generators/generator.ts';
import { admission } from '../pipeline/admit.ts';
import { ModelError } from '../pipeline/transform/model.ts';
import { modelGraph } from '../pipeline/transform/model-graph.ts';
import type { LocatedProject } from '../project.ts';
import { openSqlCases } from './sql-cases.ts';

const EVENTS = 100;

/**
 * The errors of a project, one line each; empty if there are none: a contract that is not released or breaks a released
 * one, a generator whose events its contract rejects, a model that cannot run, a failing SQL case.
 * @param path the project's folder, or its `weir.config.ts`.
 * @throws ProjectError if there is no project, or a released contract was edited.
 */
export async function projectFindings(path: string): Promise<readonly string[]> {
  const project = await loadProject(path);
  return [
    ...releasedFindings(project),
    ...project.generators.flatMap((generator) => generatorFindings(generator, project.contracts)),
    ...(await modelFindings(project)),
  ];
}

function releasedFindings(project: LocatedProject): readonly string[] {
  const released = readReleased(releasedDir(project));
  const known = new Map(released.map((contract) => [contract.name, JSON.stringify(contract)]));
  const isRecorded = (contract: Contract) => known.get(contract.name) === JSON.stringify(releasedContract(contract));
  return [
    ...brokenPromises(released, project.contracts),
    ...project.contracts
      .filter((contract) => !isRecorded(contract))
      .map(
        ({ name }) =>
          `${name}: expected its contract in contracts/released, found another or none; run npx weir accept`,
      ),
  ];
}

function generatorFindings(generator: Generator, contracts: readonly Contract[]): readonly string[] {
  const contract = contracts.find(({ name }) => name === generator.stream);
  if (contract === undefined) return [];
  const { admit } = admission(contract);
  const next = eventSource(generator, 1);
  for (let made = 0, nowMs = Date.now(); made < EVENTS; made += 1, nowMs += 1000) {
    const outcome = admit(Buffer.from(JSON.stringify(next(nowMs))), nowMs);
    if ('record' in outcome) continue;
    return [
      `${contract.name}: its contract refuses a generated event: ${outcome.reason} at ${outcome.path}: ${outcome.detail}`,
    ];
  }
  return [];
}

async function modelFindings(project: LocatedProject): Promise<readonly string[]> {
  const { modelsDir, contracts } = project;
  try {
    modelGraph(await modelFiles(modelsDir, contracts), externalTables(contracts));
  } catch (error) {
    if (error instanceof ModelError) return [error.message];
    throw error;
  }
  return caseFindings(project);
}

async function caseFindings(project: LocatedProject): Promise<readonly string[]> {
  const { cases, run, close } = await openSqlCases(project);
  try {
    const findings: string[] = [];
    for (const one of cases) findings.push(...[await run(one)].filter((found) => found !== undefined));
    return findings;
  } finally {
    await close();
  }
}
