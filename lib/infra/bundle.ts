import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** CommonJS inside the bundle asks for `require`, which modules do not have. */
const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

const LEFT_OUT = './lib/infra/left-out.ts';

/** What stands beside a function's code in its asset, by function: folders of this project. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = { transform: ['sql'] };

/**
 * Writes `index.mjs`, the whole function but for DuckDB's native package, into a folder, and beside it the folders that the
 * function reads. The same sources give the same bytes. The AWS SDK is inside, at the version of the lock file.
 * @returns what went into it.
 */
export function bundleLambda(lambda: string, outputDir: string): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [`lambdas/${lambda}/index.ts`],
    outfile: join(outputDir, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Modules before CommonJS: halves the SDK.
    mainFields: ['module', 'main'],
    external: ['@duckdb/node-bindings-*'],
    alias: { '@aws-sdk/client-sts': LEFT_OUT, '@aws-sdk/credential-providers': LEFT_OUT },
    banner: { js: REQUIRE },
    minify: true,
    // Errors of the SDK are told apart by their classes' names.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  for (const folder of FOLDERS[lambda] ?? []) cpSync(join(root, folder), join(outputDir, folder), { recursive: true });
  return metafile;
}

/** The function's asset, made on this machine without Docker. */
export function lambdaCode(lambda: string): Code {
  return Code.fromAsset(join(root, 'lambdas', lambda), {
    // What counts is what comes out: most of what goes in is outside this folder.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outputDir) {
          bundleLambda(lambda, outputDir);
          return true;
        },
      },
    },
  });
}

/** DuckDB's native package for Lambda, as `npm ci` has put it there. */
export const layerFolder = join(root, 'layer');
