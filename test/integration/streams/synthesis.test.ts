import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installMoto } from '../../support/servers/moto.ts';
import { describeWithServer } from '../../support/servers/requirement.ts';
import { deployments, shipped } from '../../support/shipped.ts';
import { type Synthesis, synthesise } from '../../support/synthesis.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: readonly unknown[];
    readonly suppressedViolations?: readonly { acknowledgedId: string; acknowledgedAt: string; reason: string }[];
  }[];
}

/** A linter is no server: there is nothing to start. */
const cfnLint = { name: 'cfn-lint', install: installMoto, start: async () => ({ stop: async () => {} }) };

const folder = await temporaryFolder();
const syntheses = new Map<string, Synthesis>();
afterAll(() => folder.remove());

describe.each(deployments.map(({ name }) => name))('npx cdk synth of %s', (name) => {
  beforeAll(async () => {
    const home = join(folder.path, 'home');
    syntheses.set(name, await synthesise(join(folder.path, name), home, ['-c', `deployment=${name}`], shipped));
  });
  const synthesis = () => {
    const found = syntheses.get(name);
    if (found === undefined) throw new Error(`${name}: expected a synthesis, found none`);
    return found;
  };
  const report = (): Report => JSON.parse(readFileSync(join(synthesis().folder, 'validation-report.json'), 'utf8'));

  it('takes less than a minute, without credentials and network', () => {
    expect(synthesis().tookMs).toBeLessThan(60_000);
  });

  it('leaves no finding of AwsSolutions or of CDK that is not acknowledged with a reason', () => {
    const plugins = report().pluginReports;
    expect(plugins.map(({ pluginName }) => pluginName)).toContain('AwsSolutions');
    for (const { violations, conclusion } of plugins)
      expect({ violations, conclusion }).toEqual({ violations: [], conclusion: 'success' });
  });

  it('with fewer than ten acknowledgements a stack, each of them used', () => {
    const suppressed = report().pluginReports.flatMap(({ suppressedViolations = [] }) =>
      suppressedViolations.filter(({ acknowledgedId }) => acknowledgedId.startsWith(OURS)),
    );
    const used = new Set(suppressed.map(({ acknowledgedId, acknowledgedAt }) => `${acknowledgedAt} ${acknowledgedId}`));
    const stacks = [...used].map((acknowledgement) => acknowledgement.split('/', 1)[0]);
    expect(new Set(stacks).size).toBeGreaterThan(2);
    for (const stack of stacks) expect(stacks.filter((one) => one === stack).length, stack).toBeLessThan(10);
    expect(used).toEqual(acknowledged(synthesis().folder));
    for (const { reason } of suppressed) expect(reason.length).toBeGreaterThan(30);
  });
});

await describeWithServer(cfnLint, () => {
  it.each(deployments.map(({ name }) => name))('finds nothing in the templates of %s', async (name) => {
    const { templates, folder: out } =
      syntheses.get(name) ??
      (await synthesise(join(folder.path, name), folder.path, ['-c', `deployment=${name}`], shipped));
    const files = [...templates.keys()].map((file) => join(out, file));
    // Moved into the cache after it was made, so that its own script does not know where it is.
    const program = 'import sys; from cfnlint.runner import main; main()';
    const python = join(await installMoto(), 'bin', 'python');
    // W3005: CDK states dependencies that a reference implies.
    const linted = run(python, ['-c', program, '-i', 'W3005', '--', ...files]).then(
      ({ stdout }) => stdout,
      (error) => String(error.stdout) + String(error.stderr),
    );
    expect(await linted).toBe('');
  });
});

/** What our code acknowledges, as CDK has written it down beside the templates. */
function acknowledged(out: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of readdirSync(out).filter((name) => name.endsWith('.metadata.json'))) {
    const metadata: Readonly<Record<string, readonly Entry[]>> = JSON.parse(readFileSync(join(out, file), 'utf8'));
    for (const [path, entries] of Object.entries(metadata)) {
      for (const { type, data } of entries) {
        if (type !== 'aws:cdk:acknowledged-rules') continue;
        for (const id of Object.keys(data)) if (id.startsWith(OURS)) found.add(`${path.slice(1)} ${id}`);
      }
    }
  }
  return found;
}

interface Entry {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** CDK acknowledges findings of its own too. */
const OURS = 'AwsSolutions::';
