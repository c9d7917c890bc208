import type { CustomResourceEvent } from '../../lambdas/custom-resource.ts';
import type { Synthesis } from './synthesis.ts';
import { textOf, withoutHash } from './template-text.ts';

interface Given {
  readonly properties: Readonly<Record<string, string>>;
  /** The URL for the response. */
  readonly answersUrl: string;
  /** The id returned by the creation: for an update or a deletion. */
  readonly physicalId?: string;
}

/** A request in CloudFormation's format. */
export function customResourceEvent(type: CustomResourceEvent['RequestType'], given: Given): unknown {
  return {
    RequestType: type,
    ResponseURL: given.answersUrl,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Resource',
    ...(given.physicalId === undefined ? {} : { PhysicalResourceId: given.physicalId }),
    ResourceProperties: given.properties,
  };
}

/**
 * The properties of the only custom resource of that type, as its function receives them: all are text, with values
 * known only at deployment taken from `known`, by logical id without its hash.
 */
export function deployedProperties(
  { templates }: Synthesis,
  type: string,
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const found = [...templates.values()].flatMap((stack) => Object.values(stack)).filter(({ Type }) => Type === type);
  const [resource] = found;
  if (resource === undefined || found.length > 1) throw new Error(`expected one ${type}, found ${found.length}`);
  const own = Object.entries(resource.Properties ?? {}).filter(
    ([name]) => name !== 'ServiceToken' && name !== 'ServiceTimeout',
  );
  const naming = (intrinsic: string, of: string) => {
    const text = known[withoutHash(of.split('.')[0] ?? '')];
    if (text === undefined) throw new Error(`${intrinsic} of ${of}: expected a known value, found none`);
    return text;
  };
  return Object.fromEntries(own.map(([name, value]) => [name, textOf(value, naming)]));
}
