#!/usr/bin/env -S node --import tsx
import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { modelFiles } from '../lib/adapters/model-files.ts';
import { findProjectFile, loadProject } from '../lib/adapters/project-file.ts';
import { readReleased, releasedDir } from '../lib/adapters/released-contracts.ts';
import { externalTables } from '../lib/derive/redshift.ts';
import { DeploymentError } from '../lib/infra/deployment-error.ts';
import { assertReleasedAreServed, assertVersions, selectDeployment } from '../lib/infra/select-deployment.ts';
import { addStacks } from '../lib/infra/weir-app.ts';
import { ModelError } from '../lib/pipeline/transform/model.ts';
import { modelGraph } from '../lib/pipeline/transform/model-graph.ts';
import { ProjectError } from '../lib/project.ts';

/** `npx cdk synth`, `npx cdk deploy --all`: the CDK app. Another deployment than `dev`: `-c deployment=prod`. */
const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

try {
  const expectedCli: string = json('../package.json').devDependencies['aws-cdk'];
  assertVersions({ node: process.version, cli: process.env.CDK_CLI_VERSION }, expectedCli);
  const project = await loadProject(findProjectFile(process.cwd()));
  const { contracts, deployments } = project;
  assertReleasedAreServed(readReleased(releasedDir(project)), contracts);
  // A wrong model is told of here, not by the function that would run it.
  const models = await modelFiles(project.modelsDir, contracts);
  modelGraph(models, externalTables(contracts));
  const app = new App();
  const deployment = selectDeployment(app.node.tryGetContext('deployment'), deployments, contracts);
  addStacks(app, deployment, { ...project, models });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof DeploymentError || error instanceof ModelError || error instanceof ProjectError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
