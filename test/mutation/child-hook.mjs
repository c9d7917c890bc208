// Every process that a test starts loads this first, so that mutants and probes are in it too. JavaScript, because it is
// loaded before tsx.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

register('./child-loader.mjs', import.meta.url);

const { MUTATION_HITS: hits } = process.env;
const seen = new Set();
if (hits !== undefined) {
  globalThis.__weirHit = (region) => {
    if (seen.has(region)) return;
    seen.add(region);
    // At once: a process of these tests may be killed at any time.
    appendFileSync(hits, `${region}\n`);
  };
}
