import { randomUUID } from 'node:crypto';
import { awsDeployment } from '../../lib/adapters/aws/aws-deployment.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { VerificationStopped, verify } from '../../lib/app/verify.ts';
import { readerNames } from '../../lib/derive/topic-readers.ts';
import type { Deployment } from '../../lib/infra/deployment.ts';
import { deploymentName, functionOutput, stackId } from '../../lib/infra/naming.ts';
import { selectDeployment } from '../../lib/infra/select-deployment.ts';
import type { LocatedProject } from '../../lib/project.ts';
import { readSettings } from '../../lib/settings.ts';

interface VerifyOptions {
  readonly name: string;
  readonly maxWaitMs: number;
}

/**
 * `weir verify`: leaves a dead letter, and a row in the table of each stream it sent an event to. Returns the exit
 * code: 1 if something did not arrive.
 * @throws DeploymentError for conflicting settings, before anything is sent.
 */
export async function verifyDeployment(project: LocatedProject, { name, maxWaitMs }: VerifyOptions): Promise<number> {
  const { contracts, deployments, generators } = project;
  const deployment = selectDeployment(name, deployments, contracts);
  const { token } = readSettings(process.env);
  const running = awsDeployment({
    region: deployment.region,
    stack: stackId(deployment, 'Processing'),
    apiStack: stackId(deployment, 'Api'),
    apiToken: deployment.live === null || deployment.live.auth.kind === 'iam' ? null : token,
    outputOf: functionOutput,
    workgroup: deploymentName(deployment),
    clock: systemClock,
  });
  const probeId = randomUUID();
  process.stdout.write(`Deployment ${deployment.name} in ${deployment.region}, probe ${probeId}\n`);
  try {
    await verify({
      running,
      contracts,
      topics: new Map(Object.entries(deployment.topics)),
      hasExamples: generators.length > 0,
      hasWarehouse: deployment.warehouse !== null,
      readers: readerNames.filter((reader) => reader !== 'meter' || deployment.live !== null),
      liveSkipped: liveSkipped(deployment, token),
      clock: systemClock,
      maxWaitMs,
      probeId,
      onStep: (step, found) => process.stdout.write(`ok      ${step}: ${found}\n`),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof VerificationStopped)) throw error;
    const articles = error.alarms.map((alarm) => `${alarm} (docs/runbook.md#${alarm.toLowerCase()})`).join(', ');
    process.stdout.write(`STOPPED ${error.step}: ${error.message}; its alarm: ${articles}\n`);
    return 1;
  } finally {
    running.close();
  }
}

/** Why live metrics cannot be checked; null if they can. */
function liveSkipped({ live }: Deployment, token: string): string | null {
  if (live === null) return 'the deployment has no live metrics';
  if (live.auth.kind !== 'iam' && token === '')
    return 'its API requires a token with the scope weir/read: set WEIR_TOKEN';
  return null;
}
