import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { modelFiles } from '../adapters/model-files.ts';
import { findProjectFile, loadProject } from '../adapters/project-file.ts';
import { readReleased, releasedDir } from '../adapters/released-contracts.ts';
import { dashboardFileNames, dashboardMediaTypes } from '../api/dashboard-routes.ts';
import { externalTables } from '../derive/redshift.ts';
import type { DeployedProject } from '../infra/deployed-project.ts';
import { DeploymentError } from '../infra/deployment-error.ts';
import {
  assertFieldsAreRecorded,
  assertReleasedAreServed,
  assertVersions,
  selectDeployment,
} from '../infra/select-deployment.ts';
import { addStacks } from '../infra/weir-app.ts';
import { dashboardFiles } from '../local/dashboard/dashboard-files.ts';
import { exampleEvents } from '../local/example-events.ts';
import { packageFacts } from '../package-root.ts';
import { ModelError } from '../pipeline/transform/model.ts';
import { modelGraph } from '../pipeline/transform/model-graph.ts';
import { type Project, ProjectError } from '../project.ts';

/**
 * The CDK app of the project in the working folder, for `npx cdk synth` and `npx cdk deploy --all`. Another deployment than
 * `dev`: `-c deployment=prod`. What is wrong with project or deployment is one message, and the exit code 1.
 */
export async function synthesise(): Promise<void> {
  try {
    const expectedCli = packageFacts().devDependencies['aws-cdk'] ?? '';
    assertVersions({ node: process.version, cli: process.env.CDK_CLI_VERSION }, expectedCli);
    const project = await loadProject(findProjectFile(process.cwd()));
    const { contracts, deployments } = project;
    const released = readReleased(releasedDir(project));
    assertReleasedAreServed(released, contracts);
    assertFieldsAreRecorded(released, contracts);
    // An invalid model is reported here, not later by the function that would run it.
    const models = await modelFiles(project.modelsDir, contracts);
    modelGraph(models, externalTables(contracts));
    const app = new App();
    const deployment = selectDeployment(app.node.tryGetContext('deployment'), deployments, contracts);
    const dashboard = deployment.live?.dashboard == null ? {} : await deployedDashboard();
    addStacks(app, deployment, { ...project, models, examples: deployedExamples(project), dashboard });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
  } catch (error) {
    if (!(error instanceof DeploymentError || error instanceof ModelError || error instanceof ProjectError))
      throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function deployedDashboard(): Promise<DeployedProject['dashboard']> {
  const files = await dashboardFiles()();
  return Object.fromEntries(
    dashboardFileNames.map((name) => [name, { body: files[name], type: dashboardMediaTypes[name] }]),
  );
}

/** The same at each deployment, so that a function with them changes only when its code does. */
const TIME_OF_EXAMPLES = Date.parse('2026-01-31T10:45:00Z');

function deployedExamples({ contracts, generators }: Pick<Project, 'contracts' | 'generators'>) {
  const examples = exampleEvents(contracts, generators, TIME_OF_EXAMPLES);
  return Object.fromEntries(contracts.map(({ name }) => [name, examples(name)]));
}
