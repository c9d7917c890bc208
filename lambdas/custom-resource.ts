/**
 * What CloudFormation asks of a custom resource, and how it is answered.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
import type { Context, CloudFormationCustomResourceEvent as CustomResourceEvent } from 'aws-lambda';

export type { CustomResourceEvent };

/** Texts all of them: CloudFormation makes texts of numbers and booleans too. */
export type ResourceProperties = Readonly<Record<string, string>>;

export interface ResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly properties: ResourceProperties;
  /** What `physicalId` was answered before; undefined at the creation. */
  readonly physicalId: string | undefined;
}

export interface ResourceAnswer {
  /** Another one than before makes CloudFormation delete what the old one names. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` finds. */
  readonly attributes?: Readonly<Record<string, string>>;
}

interface CustomResourceDeps {
  /** Repeatable: CloudFormation may ask twice. */
  readonly apply: (request: ResourceRequest) => Promise<ResourceAnswer>;
  readonly fetch: typeof fetch;
}

/** CloudFormation cuts longer reasons; the whole answer may have 4 KB. */
const MAX_REASON_CHARACTERS = 1000;
/** What telling CloudFormation takes at most, of the time that the function has. */
const ANSWER_WITHIN_MS = 5_000;

/** What the function needs of Lambda's context. */
type TimeLeft = Pick<Context, 'getRemainingTimeInMillis'>;

/**
 * Returns CloudFormation, success or failure, before the function's own time is over: a request without an answer would
 * hold the deployment up until its service time-out.
 * @throws when CloudFormation cannot be answered; Lambda then repeats the invocation.
 */
export function customResource({
  apply,
  fetch: send,
}: CustomResourceDeps): (event: CustomResourceEvent, context?: TimeLeft) => Promise<void> {
  return async (event, context) => {
    const physicalId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : undefined;
    const outcome = await outcomeOf((request) => inTime(apply(request), context), event, physicalId);
    const { StackId, RequestId, LogicalResourceId } = event;
    // The content type must be empty: the address is signed for none.
    const response = await send(event.ResponseURL, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body: JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome }),
    });
    if (!response.ok) throw new Error(`answering CloudFormation: expected HTTP 200, found ${response.status}`);
  };
}

/** The same, or a failure shortly before the function would be ended. What was begun may still come to its end: it is repeatable. */
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
      // One that was never made has no name; CloudFormation wants one, and gives it back in a Delete.
      PhysicalResourceId: physicalId ?? NEVER_MADE,
    };
  }
}

/** The name of what could not be created: there is nothing to delete of it. */
export const NEVER_MADE = 'weir-never-made';

/** A property. @throws when it is missing, naming it. */
export function property(properties: ResourceProperties, name: string): string {
  const value = properties[name];
  if (value === undefined || value === '') throw new Error(`${name}: expected a property of this resource, found none`);
  return value;
}
