import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { installed, runInstaller } from '../support/servers/install.ts';
import { commandOnPath, describeWithServer, type TestServer } from '../support/servers/requirement.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder).map((file) => join(folder, file));

const ACTIONLINT = 'v1.7.8';
const ZIZMOR = '1.32.0';

const actionlint = linter(`actionlint ${ACTIONLINT}`, () =>
  installed(`actionlint-${ACTIONLINT}`, (target) =>
    runInstaller(commandOnPath('go'), ['install', `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`], {
      GOFLAGS: '-buildvcs=false',
      GOBIN: target,
    }),
  ),
);

const zizmor = linter(`zizmor ${ZIZMOR}`, () =>
  installed(`zizmor-${ZIZMOR}`, async (target) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--target', target, `zizmor==${ZIZMOR}`];
    await runInstaller(commandOnPath('python3'), pip);
  }),
);

await describeWithServer(actionlint, (found) => {
  it('finds nothing in the workflows', async () => {
    expect(await printed(join(found().folder, 'actionlint'), files)).toBe('');
  });
});

await describeWithServer(zizmor, (found) => {
  it('finds nothing in the workflows, at any severity', async () => {
    const program = join(found().folder, 'bin', 'zizmor');
    expect(
      await printed(program, ['--offline', '--color', 'never', '--format', 'plain', '--quiet', join(root, '.github')]),
    ).toMatch(/^(No findings to report.*)?\s*$/);
  });
});

/** Of this repository, and of projects that `weir init` makes. */
const deploying = [folder, join(root, 'templates', 'project', '.github', 'workflows')].map((where) =>
  readFileSync(join(where, 'deploy.yml'), 'utf8'),
);

describe('workflows', () => {
  it.each(deploying)(
    'check the account, deploy, verify the deployment, and say what to do where one of these fails: %#',
    (text) => {
      const steps = [
        /weir(\.js)? doctor --aws /,
        /cdk deploy --all /,
        /weir(\.js)? verify /,
        /if: failure\(\)\n.*GITHUB_STEP_SUMMARY/s,
      ];
      const places = steps.map((step) => text.search(step));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    },
  );

  it('name every action by the hash of a commit, and say which release that is', () => {
    for (const file of files) {
      for (const [line] of readFileSync(file, 'utf8').matchAll(/uses: (?!\.\/).*$/gm)) {
        expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    }
  });

  it('give code that nobody has looked at no role that deploys', () => {
    const ofPullRequests = files
      .map((file) => readFileSync(file, 'utf8'))
      .filter((text) => /^ {2}pull_request:/m.test(text));
    const roles = ofPullRequests.flatMap((text) => [...text.matchAll(/role-to-assume: (.*)/g)].map(([, role]) => role));
    expect(roles).toEqual([expect.stringMatching(/^\$\{\{ vars\.AWS_DIFF_ROLE_ARN \}\}$/)]);
  });

  it('look for known holes in the dependencies', () => {
    expect(files.map((file) => readFileSync(file, 'utf8')).join()).toContain('npm audit');
  });
});

/** A program to run rather than a server: there is nothing to stop. */
function linter(name: string, install: () => Promise<string>): TestServer<{ folder: string; stop(): Promise<void> }> {
  return { name, install, start: async () => ({ folder: await install(), stop: async () => {} }) };
}

async function printed(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...args], { cwd: root }).catch((error) => ({
    stdout: `${error.stdout}${error.stderr}`,
  }));
  return stdout;
}
