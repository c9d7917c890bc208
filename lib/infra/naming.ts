import type { Deployment } from './deployment.ts';

/** `shop.purchases` → `ShopPurchases`, for ids of constructs. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, _separator, letter: string) => letter.toUpperCase());
}

/** The id of a stack, and its name in CloudFormation: `WeirDevLake`. */
export function stackId(deployment: Pick<Deployment, 'name'>, part: string): string {
  return `Weir${pascalCase(deployment.name)}${part}`;
}

/** The name of the few resources that AWS does not name: `weir-dev`. */
export function deploymentName(deployment: Pick<Deployment, 'name'>): string {
  return `weir-${deployment.name}`;
}

/**
 * The IAM role that runs the models. Its name is fixed, because its database user is derived from it and owns the
 * tables.
 */
export function runnerRoleName(deployment: Pick<Deployment, 'name'>): string {
  return `${deploymentName(deployment)}-runner`;
}

/** The output of the Processing stack with a function's generated name: `SinkFunction`. `weir verify` reads it. */
export function functionOutput(lambda: string): string {
  return `${pascalCase(lambda)}Function`;
}
