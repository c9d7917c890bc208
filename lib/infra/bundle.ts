import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faker } from '@faker-js/faker/locale/en';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';

/** Of the code: a checkout's, or `dist/` of the package. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const EXTENSION = extname(import.meta.filename);

/** CommonJS inside the bundle asks for `require`, which modules do not have. */
const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** How code becomes what functions run. */
export const COMPILED = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  // Errors of the SDK are told apart by their classes' names.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'error',
} as const;

/** What bundles have instead of a package or a module; each file says why. */
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

/** JSON files beside a function's code in its asset, by name. */
export type FilesBeside = Readonly<Record<string, unknown>>;

/** What a function's asset is made of, beside its own code. */
export interface BundleInput {
  /** The project's `weir.config.ts`, which functions import as `#project`. */
  readonly configFile?: string;
  readonly beside?: FilesBeside;
}

/** Those that need nothing but a package, by function. */
const BESIDE: Readonly<Record<string, () => FilesBeside>> = {
  generate: () => ({ 'words.json': faker.rawDefinitions }),
};

/**
 * Writes `index.mjs`, the whole function but for DuckDB's native package, into a folder, and beside it what the function
 * reads. The same sources give the same bytes. The AWS SDK is inside, at the version of the lock file.
 * @returns what went into it.
 */
export function bundleLambda(lambda: string, outputDir: string, { configFile, beside }: BundleInput = {}): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [`lambdas/${lambda}/index${EXTENSION}`],
    outfile: join(outputDir, 'index.mjs'),
    ...COMPILED,
    target: 'node24',
    // Modules before CommonJS: halves the SDK.
    mainFields: ['module', 'main'],
    // DuckDB's is in a layer; functions read no topics, and so need no codecs.
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

/** The function's asset, made on this machine without Docker. */
export function lambdaCode(lambda: string, input: BundleInput = {}): Code {
  return Code.fromAsset(join(root, 'lambdas', lambda), {
    // What counts is what comes out: most of what goes in is outside this folder.
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
