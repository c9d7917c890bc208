import { awsAccount } from '../../lib/adapters/aws/aws-account.ts';
import { type Finding, preflight } from '../../lib/app/preflight.ts';
import { selectDeployment } from '../../lib/infra/select-deployment.ts';
import type { LocatedProject } from '../../lib/project.ts';

/**
 * `weir doctor --aws`: changes nothing in the account. Returns the exit code: 1 when a deployment would fail.
 * @throws DeploymentError for conflicting settings, before any request.
 */
export async function doctorOfAws({ deployments, contracts }: LocatedProject, name: string): Promise<number> {
  const deployment = selectDeployment(name, deployments, contracts);
  const account = awsAccount(deployment.region);
  process.stdout.write(`Deployment ${deployment.name} in ${deployment.region}\n`);
  try {
    const findings = await preflight({ deployment, contracts, account });
    for (const finding of findings) process.stdout.write(`${line(finding)}\n`);
    return findings.every(({ isGood }) => isGood) ? 0 : 1;
  } finally {
    account.close();
  }
}

function line({ name, isGood, expected, found, todo }: Finding): string {
  return isGood ? `ok      ${name}: ${found}` : `FAILED  ${name}: expected ${expected}; found ${found}; ${todo}`;
}
