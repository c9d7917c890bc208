/**
 * A test server for two control planes, according to the SDK's models: Redshift Serverless (namespaces and usage
 * limits, JSON 1.1) and MSK (the broker addresses of a cluster, REST). No installable emulator has these calls. It
 * verifies the requests, and that the SDK understands the answers; it cannot verify what AWS would accept.
 * @see https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateUsageLimit.html
 * @see https://docs.aws.amazon.com/msk/1.0/apireference/clusters-clusterarn-bootstrap-brokers.html
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Stoppable } from './requirement.ts';

interface UsageLimit {
  readonly usageLimitId: string;
  readonly resourceArn: string;
  readonly usageType: string;
  readonly period: string;
  readonly amount: number;
  readonly breachAction: string;
}

/** A single failure of the next request of an operation: before it has an effect, or after. */
interface PlannedFailure {
  readonly operation: string;
  readonly status: number;
  readonly type: string;
  readonly afterwards?: boolean;
}

export interface ControlPlane extends Stoppable {
  readonly endpoint: string;
  /** The requested operations, in order. */
  readonly asked: readonly string[];
  readonly limits: ReadonlyMap<string, UsageLimit>;
  /** ARN of the secret by namespace; undefined if Secrets Manager has no password of the namespace. */
  readonly namespaces: Map<string, string | undefined>;
  /** IAM addresses by ARN; undefined if a cluster has none. */
  readonly clusters: Map<string, string | undefined>;
  plant(failure: PlannedFailure): void;
}

class Refused extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

type Fields = Readonly<Record<string, unknown>>;

export async function startControlPlane(): Promise<ControlPlane> {
  const asked: string[] = [];
  const failures: PlannedFailure[] = [];
  const namespaces = new Map<string, string | undefined>();
  const clusters = new Map<string, string | undefined>();
  const { limits, operations } = usageLimits();

  const answer = (operation: string, request: Fields): unknown => {
    if (operation === 'GetNamespace') {
      const name = String(request.namespaceName);
      if (!namespaces.has(name)) throw new Refused('ResourceNotFoundException', `No namespace ${name}.`);
      return { namespace: { namespaceName: name, adminPasswordSecretArn: namespaces.get(name) } };
    }
    if (operation === 'GetBootstrapBrokers') {
      const arn = String(request.clusterArn);
      if (!clusters.has(arn)) throw new Refused('NotFoundException', 'The cluster does not exist.', 404);
      return { bootstrapBrokerStringSaslIam: clusters.get(arn) };
    }
    const limiting = operations[operation];
    if (limiting === undefined) throw new Refused('UnknownOperationException', `${operation} is not known here`);
    return limiting(request);
  };

  const server = createServer(async (message, response) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    try {
      const { operation, request } = await told(message);
      asked.push(operation);
      const at = failures.findIndex((failure) => failure.operation === operation);
      const [planned] = at === -1 ? [] : failures.splice(at, 1);
      const refusal = planned && new Refused(planned.type, 'planted', planned.status);
      if (refusal !== undefined && planned?.afterwards !== true) throw refusal;
      const body = JSON.stringify(answer(operation, request));
      if (refusal !== undefined) throw refusal;
      response.writeHead(200, headers).end(body);
    } catch (error) {
      const { type, status } = error instanceof Refused ? error : { type: 'InternalServerException', status: 500 };
      const body = JSON.stringify({ __type: type, message: error instanceof Error ? error.message : String(error) });
      response.writeHead(status, { ...headers, 'x-amzn-errortype': type }).end(body);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port, found none');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked,
    limits,
    namespaces,
    clusters,
    plant: (failure) => failures.push(failure),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The requested operation, from its header or its path. */
async function told(message: IncomingMessage): Promise<{ operation: string; request: Fields }> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const [, clusterArn] = /^\/v1\/clusters\/([^/]+)\/bootstrap-brokers$/.exec(message.url ?? '') ?? [];
  if (clusterArn !== undefined) {
    return { operation: 'GetBootstrapBrokers', request: { clusterArn: decodeURIComponent(clusterArn) } };
  }
  const operation = String(message.headers['x-amz-target']).replace(/^RedshiftServerless\./, '');
  return { operation, request: JSON.parse(Buffer.concat(chunks).toString()) };
}

const PERIODS = ['daily', 'weekly', 'monthly'];
const BREACH_ACTIONS = ['log', 'emit-metric', 'deactivate'];

function usageLimits() {
  const limits = new Map<string, UsageLimit>();
  let made = 0;
  const existing = ({ usageLimitId }: Fields): UsageLimit => {
    const found = limits.get(String(usageLimitId));
    if (found === undefined) throw new Refused('ResourceNotFoundException', `No usage limit ${usageLimitId}.`);
    return found;
  };
  const keep = (limit: UsageLimit) => {
    const isValid = limit.amount > 0 && PERIODS.includes(limit.period) && BREACH_ACTIONS.includes(limit.breachAction);
    if (!isValid) throw new Refused('ValidationException', `not a usage limit: ${JSON.stringify(limit)}`);
    limits.set(limit.usageLimitId, limit);
    return { usageLimit: limit };
  };
  const operations: Readonly<Record<string, (request: Fields) => unknown>> = {
    ListUsageLimits: ({ resourceArn, usageType }) => ({
      usageLimits: [...limits.values()].filter((one) => one.resourceArn === resourceArn && one.usageType === usageType),
    }),
    CreateUsageLimit(request) {
      const limit = { period: 'monthly', breachAction: 'log', ...request } as Omit<UsageLimit, 'usageLimitId'>;
      const twin = [...limits.values()].find(
        ({ resourceArn, usageType, period }) =>
          resourceArn === limit.resourceArn && usageType === limit.usageType && period === limit.period,
      );
      if (twin !== undefined) throw new Refused('ConflictException', 'There is such a usage limit.');
      made += 1;
      return keep({ ...limit, usageLimitId: `limit-${made}` });
    },
    UpdateUsageLimit: (request) => keep({ ...existing(request), ...request }),
    DeleteUsageLimit(request) {
      const usageLimit = existing(request);
      limits.delete(usageLimit.usageLimitId);
      return { usageLimit };
    },
  };
  return { limits, operations };
}
