import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faker } from '@faker-js/faker/locale/en';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';

/** The root of the code: a checkout, or `dist/` of the package. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const EXTENSION = extname(import.meta.filename);

/** CommonJS code in the bundle calls `require`, which ES modules do not define. */
const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** The options for bundling a function's code. */
export const COMPILED = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  // The SDK's errors are distinguished by class name.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'error',
} as const;

/** Replacements of packages and modules in bundles; each file states its reason. */
const REPLACEMENTS = Object.fromEntries(
  Object.entries({
    '@aws-sdk/client-sts': 'left-out.ts',
    '@aws-sdk/credential-providers': 'left-out.ts',
    '@aws-sdk/credential-provider-node': 'environment-credentials.ts',
    '@faker-js/faker/locale/en': 'faker-en.ts',
    'node:http': 'node-http.cjs',
    'node:https': 'node-https.cjs',
  }).map(([name, file]) => [name, `./lib/infra/bundle-replacements/${file.replace(/\.ts$/, EXTENSION)}`]),
);

/** JSON files next to a function's code in its asset, by name. */
export type FilesBeside = Readonly<Record<string, unknown>>;

/** The parts of a function's asset other than its own code. */
export interface BundleInput {
  /** The project's `weir.config.ts`, which functions import as `#project`. */
  readonly configFile?: string;
  readonly beside?: FilesBeside;
}

/** Files that depend only on a package, by function. */
const BESIDE: Readonly<Record<string, () => FilesBeside>> = {
  generate: () => ({ 'words.json': faker.rawDefinitions }),
};

/**
 * Writes `index.mjs`, the whole function except DuckDB's native package, into a folder, together with the files that
 * the function reads. The output is deterministic. It includes the AWS SDK, at the version of the lock file.
 * @returns the bundled inputs.
 */
export function bundleLambda(lambda: string, outputDir: string, { configFile, beside }: BundleInput = {}): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [`lambdas/${lambda}/index${EXTENSION}`],
    outfile: join(outputDir, 'index.mjs'),
    ...COMPILED,
    target: 'node24',
    // Prefers modules over CommonJS, which halves the SDK.
    mainFields: ['module', 'main'],
    // DuckDB's native package is in a layer; functions read no topics, so they need no codecs.
    external: ['@duckdb/node-bindings-*', 'snappy', 'lz4-napi', 'fzstd'],
    alias: { ...REPLACEMENTS, ...(configFile === undefined ? {} : { '#project': configFile }) },
    banner: { js: REQUIRE },
    metafile: true,
  });
  for (const [name, content] of Object.entries({ ...BESIDE[lambda]?.(), ...beside })) {
    writeFileSync(join(outputDir, name), JSON.stringify(content));
  }
  return metafile;
}

/** The function's asset, built on this machine without Docker. */
export function lambdaCode(lambda: string, input: BundleInput = {}): Code {
  return Code.fromAsset(join(root, 'lambdas', lambda), {
    // Hash the output: most inputs are outside this folder.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outputDir) {
          bundleLambda(lambda, outputDir, input);
          return true;
        },
      },
    },
  });
}
