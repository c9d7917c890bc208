import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { DeploymentError } from './deployment-error.ts';

/** DuckDB for functions: its native package for Linux on ARM, which Lambda loads from `nodejs/node_modules`. */
export class DuckdbLayer extends LayerVersion {
  /** @param layerFolder filled by `npm install` of the project. */
  constructor(scope: Construct, id: string, layerFolder: string) {
    assertInstalled(layerFolder);
    super(scope, id, {
      description: 'DuckDB native package for linux-arm64',
      code: Code.fromAsset(layerFolder, {
        exclude: ['nodejs/package.json', 'nodejs/package-lock.json', '.package-lock.json'],
      }),
      compatibleArchitectures: [Architecture.ARM_64],
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** Without the package, synthesis would succeed and the functions would fail in Lambda. */
function assertInstalled(layerFolder: string): void {
  const packages = join(layerFolder, 'nodejs', 'node_modules', '@duckdb');
  const native = join(packages, 'node-bindings-linux-arm64', 'libduckdb.so');
  if (existsSync(native)) return;
  const found = existsSync(packages) ? readdirSync(packages).join(', ') : 'no packages';
  throw new DeploymentError(
    `DuckDB layer: expected ${native}, found ${found}; run "npm ci", or "npm run prepare" where scripts are off`,
  );
}
