import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLambda } from '../../lib/infra/bundle.ts';
import { bareLambda } from '../../test/support/bare-lambda.ts';
import { functions } from '../../test/support/function-findings.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

/** What a function may take from the start of its process until it can be called, in milliseconds. */
const LIMIT_MS = { withDuckdb: 300, without: 150 };

/**
 * Prints for each function how large it is, and how long a bare Node 24 takes from its start until the handler could be
 * called: the median of some rounds, after one that warms the disk.
 * @returns whether each kept its limit.
 */
export async function benchColdStart({ rounds }: { readonly rounds: number }): Promise<boolean> {
  const folder = await temporaryFolder();
  let isKept = true;
  console.log('function       KB   ready ms (median)   limit ms');
  try {
    for (const [lambda, { variables }] of Object.entries(functions)) {
      const asset = join(folder.path, lambda);
      bundleLambda(lambda, asset);
      const duckdb = lambda === 'sink';
      const environment = Object.fromEntries(variables.map((name) => [name, name.startsWith('WEIR_') ? '' : 'any/']));
      const times: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const running = await bareLambda({ asset, environment, duckdb });
        if (round > 0) times.push(running.readyAfterMs);
        await running.stop();
      }
      const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
      const limit = duckdb ? LIMIT_MS.withDuckdb : LIMIT_MS.without;
      if (!(median <= limit)) isKept = false;
      const kilobytes = Math.round(statSync(join(asset, 'index.mjs')).size / 1024);
      console.log(
        `${lambda.padEnd(12)} ${String(kilobytes).padStart(4)}   ${median.toFixed(0).padStart(17)}   ${limit}`,
      );
    }
  } finally {
    await folder.remove();
  }
  return isKept;
}
