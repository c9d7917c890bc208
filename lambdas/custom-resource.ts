/**
 * The protocol between CloudFormation and a custom resource.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
import type { Context, CloudFormationCustomResourceEvent as CustomResourceEvent } from 'aws-lambda';

export type { CustomResourceEvent };

/** All values are text: CloudFormation converts numbers and booleans to text, too. */
export type ResourceProperties = Readonly<Record<string, string>>;

export interface ResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly properties: ResourceProperties;
  /** The `physicalId` returned before; undefined at creation. */
  readonly physicalId: string | undefined;
}

export interface ResourceAnswer {
  /** If it changes, CloudFormation deletes the resource with the old id. */
  readonly physicalId: string;
  /** The attributes for `Fn::GetAtt`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

interface CustomResourceDeps {
  /** Idempotent: CloudFormation may send a request twice. */
  readonly apply: (request: ResourceRequest) => Promise<ResourceAnswer>;
  readonly fetch: typeof fetch;
}

/** CloudFormation truncates longer reasons; the whole response is limited to 4 KB. */
const MAX_REASON_CHARACTERS = 1000;
/** The time reserved for responding to CloudFormation before the function times out. */
const ANSWER_WITHIN_MS = 5_000;

/** The part of Lambda's context that the function uses. */
type TimeLeft = Pick<Context, 'getRemainingTimeInMillis'>;

/**
 * Responds to CloudFormation, with success or failure, before the function times out: a request without a response
 * would block the deployment until its service time-out.
 * @throws if the response cannot be sent; Lambda then retries the invocation.
 */
export function customResource({
  apply,
  fetch: send,
}: CustomResourceDeps): (event: CustomResourceEvent, context?: TimeLeft) => Promise<void> {
  return async (event, context) => {
    const physicalId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : undefined;
    const outcome = await outcomeOf((request) => inTime(apply(request), context), event, physicalId);
    const { StackId, RequestId, LogicalResourceId } = event;
    // The content type must be empty, because the URL is signed without one.
    const response = await send(event.ResponseURL, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body: JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome }),
    });
    if (!response.ok) throw new Error(`answering CloudFormation: expected HTTP 200, found ${response.status}`);
  };
}

/**
 * The result, or a failure shortly before the function times out. Work in progress may still finish: it is idempotent.
 */
async function inTime<Answer>(begun: Promise<Answer>, context: TimeLeft | undefined): Promise<Answer> {
  if (context === undefined) return begun;
  const limitMs = Math.max(0, context.getRemainingTimeInMillis() - ANSWER_WITHIN_MS);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const seconds = Math.round(limitMs / 1000);
    const message = `expected an end within ${seconds} s, found none; look at the function’s log, then deploy again`;
    timer = setTimeout(() => reject(new Error(message)), limitMs);
  });
  return Promise.race([begun, over]).finally(() => clearTimeout(timer));
}

async function outcomeOf(
  apply: CustomResourceDeps['apply'],
  event: CustomResourceEvent,
  physicalId: string | undefined,
) {
  try {
    const properties = event.ResourceProperties as ResourceProperties;
    const answer = await apply({ type: event.RequestType, properties, physicalId });
    return { Status: 'SUCCESS', PhysicalResourceId: answer.physicalId, Data: answer.attributes ?? {} };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      Status: 'FAILED',
      Reason: reason.slice(0, MAX_REASON_CHARACTERS),
      // CloudFormation requires an id even for a resource that was never created, and sends it again in a Delete.
      PhysicalResourceId: physicalId ?? NEVER_MADE,
    };
  }
}

/** The id of a resource that could not be created, so that there is nothing to delete. */
export const NEVER_MADE = 'weir-never-made';

/** Returns a property. @throws if it is missing; the error names it. */
export function property(properties: ResourceProperties, name: string): string {
  const value = properties[name];
  if (value === undefined || value === '') throw new Error(`${name}: expected a property of this resource, found none`);
  return value;
}
