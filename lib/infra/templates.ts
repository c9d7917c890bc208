import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { LocatedProject } from '../project.ts';
import { checkDeployment } from './check-deployment.ts';
import type { Deployment } from './deployment.ts';
import { addStacks, type WeirStacks } from './weir-app.ts';

/** A resource of a template, as plain data. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Resources by logical id, by stack; empty for a stack that the deployment does not have. */
export type Templates = { readonly [Name in keyof WeirStacks]: Readonly<Record<string, Resource>> };

/** The output of `npx cdk synth` for a deployment, without its functions’ code; takes a second or two. */
export function templatesOf(deployment: Deployment, project: LocatedProject): Templates {
  const { context } = JSON.parse(readFileSync(join(project.dir, 'cdk.json'), 'utf8'));
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true },
  });
  const { network, stream, lake, processing, warehouse, store, api, observability, deployRole } = addStacks(
    app,
    checkDeployment(deployment, project.contracts),
    // Nothing is bundled.
    { ...project, models: [], examples: {}, dashboard: {} },
  );
  const resources = (stack: Stack | null) => (stack === null ? {} : Template.fromStack(stack).toJSON().Resources);
  return {
    network: resources(network),
    stream: resources(stream),
    lake: resources(lake),
    processing: resources(processing),
    warehouse: resources(warehouse),
    store: resources(store),
    api: resources(api),
    observability: resources(observability),
    deployRole: resources(deployRole),
  };
}

/** Every resource of that type, in any stack, by logical id. */
export function ofType(templates: Templates, type: string): ReadonlyMap<string, Resource> {
  return new Map(
    Object.values(templates)
      .flatMap((resources) => Object.entries(resources))
      .filter(([, resource]) => resource.Type === type),
  );
}
