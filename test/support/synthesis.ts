import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../lib/package-root.ts';
import { fixture } from './fixture-project.ts';
import type { Resource } from './synthesised.ts';

const run = promisify(execFile);

/** The output of `npx cdk synth`. */
export interface Synthesis {
  readonly folder: string;
  readonly tookMs: number;
  /** By file. */
  readonly templates: ReadonlyMap<string, Readonly<Record<string, Resource>>>;
}

/**
 * Runs the CDK as a user would, with bundled functions and validators, an empty home and no credentials.
 * @param project the project in whose folder it runs; by default, the engine's own
 * @throws with its output if it fails.
 */
export async function synthesise(
  folder: string,
  home: string,
  args: readonly string[] = [],
  { dir } = fixture,
): Promise<Synthesis> {
  const startedMs = performance.now();
  const cdk = join(packageRoot, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const environment = { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', CI: 'true' };
  await run(process.execPath, [cdk, 'synth', '--quiet', '--output', folder, ...args], { cwd: dir, env: environment });
  const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return {
    folder,
    tookMs: performance.now() - startedMs,
    templates: new Map(files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')).Resources])),
  };
}

/** A function of a synthesis, by its description. */
export interface SynthesisedFunction {
  /** The folder that Lambda would receive. */
  readonly asset: string;
  /** The variables in the template: text, and references to values known only at deployment. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export function functionOf({ templates, folder }: Synthesis, description: string): SynthesisedFunction {
  for (const resources of templates.values()) {
    for (const { Type, Properties = {} } of Object.values(resources)) {
      if (Type !== 'AWS::Lambda::Function' || Properties.Description !== description) continue;
      const code = Properties.Code as { readonly S3Key: string };
      const environment = Properties.Environment as { readonly Variables: Record<string, unknown> } | undefined;
      const asset = join(folder, `asset.${code.S3Key.replace(/\.zip$/, '')}`);
      return { asset, variables: environment?.Variables ?? {} };
    }
  }
  throw new Error(`${folder}: expected a function "${description}", found none`);
}
