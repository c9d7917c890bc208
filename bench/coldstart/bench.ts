import { statSync } from 'node:fs';
import { join } from 'node:path';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { bundleLambda } from '../../lib/infra/bundle.ts';
import { bareLambda } from '../../test/support/bare-lambda.ts';
import { withDuckdb } from '../../test/support/deployed-function.ts';
import { functions } from '../../test/support/function-findings.ts';
import { shipped } from '../../test/support/shipped.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { median, table } from '../printed.ts';

/** The limit on a function's time from process start until it can be called, in milliseconds. */
const limitOf = (lambda: string) => (withDuckdb.includes(lambda) ? 300 : 150);

/**
 * Prints each function's size, and how long a bare Node 24 takes from its start until the handler can be called: the
 * fastest and the median of several rounds, after one that warms the disk. A round starts each function once, so that a
 * slow moment of the machine affects all of them.
 * @returns whether the medians are within their limits.
 */
export async function benchColdStart({ rounds }: { readonly rounds: number }): Promise<boolean> {
  const folder = await temporaryFolder();
  const models = await modelFiles(shipped.modelsDir, shipped.contracts);
  try {
    const benched = Object.entries(functions).map(([lambda, { variables }]) => {
      const asset = join(folder.path, lambda);
      const beside = lambda === 'transform' ? { 'models.json': models } : { 'field-ids.json': {} };
      bundleLambda(lambda, asset, { configFile: shipped.configFile, beside });
      const environment = Object.fromEntries(variables.map((name) => [name, name.startsWith('WEIR_') ? '' : 'any/']));
      return { lambda, asset, environment, duckdb: withDuckdb.includes(lambda), times: [] as number[] };
    });
    for (let round = 0; round <= rounds; round += 1) {
      for (const { times, ...started } of benched) {
        const running = await bareLambda(started);
        if (round > 0) times.push(running.readyAfterMs);
        await running.stop();
      }
    }
    const rows = benched.map(({ lambda, asset, times }) => {
      const numbers = [statSync(join(asset, 'index.mjs')).size / 1024, Math.min(...times), median(times)];
      return [lambda, ...numbers.map((number) => number.toFixed(0)), String(limitOf(lambda))];
    });
    console.log(table([['function', 'KB', 'quickest ms', 'median ms', 'limit ms'], ...rows]));
    return benched.every(({ lambda, times }) => median(times) <= limitOf(lambda));
  } finally {
    await folder.remove();
  }
}
