import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * IAM's limits in characters, for all inline policies of a role together and for a managed policy. Values known only at
 * deployment are estimated, so a tenth is kept in reserve.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE = 0.9 * 10_240;
const MAX_MANAGED = 0.9 * 6_144;

/** Resources in each part of a divided statement. */
const RESOURCES_EACH = 20;

export interface RolePolicies {
  readonly inline: PolicyDocument;
  /** Managed policies for statements that do not fit inline, which happens with many streams. A role can have ten. */
  readonly managed: readonly ManagedPolicy[];
}

/** A role's permissions, split into as many policies as IAM's limits require. */
export function rolePolicies(scope: Construct, statements: readonly PolicyStatement[]): RolePolicies {
  const whole = new PolicyDocument({ statements: [...statements] });
  if (sizeOf(scope, statements) <= MAX_INLINE) return { inline: whole, managed: [] };
  const [first = [], ...more] = packed(scope, statements.flatMap(parts));
  return {
    inline: new PolicyDocument({ statements: first }),
    managed: more.map((some, index) => new ManagedPolicy(scope, `Policy${index + 2}`, { statements: some })),
  };
}

/** The statement divided by resources. */
function parts(statement: PolicyStatement): readonly PolicyStatement[] {
  const { resources, sid = '' } = statement;
  const count = Math.max(1, Math.ceil(resources.length / RESOURCES_EACH));
  return Array.from({ length: count }, (_, index) => {
    const some = resources.slice(index * RESOURCES_EACH, (index + 1) * RESOURCES_EACH);
    return statement.copy({ sid: index === 0 ? sid : `${sid}${index + 1}`, resources: some });
  });
}

/** In order: the first statements fill the inline policy, the others managed policies. */
function packed(scope: Construct, statements: readonly PolicyStatement[]): readonly PolicyStatement[][] {
  const bins: PolicyStatement[][] = [[]];
  for (const statement of statements) {
    const bin = bins.at(-1) ?? [];
    const most = bins.length === 1 ? MAX_INLINE : MAX_MANAGED;
    if (bin.length === 0 || sizeOf(scope, [...bin, statement]) <= most) bin.push(statement);
    else bins.push([statement]);
  }
  return bins;
}

const sizeOf = (scope: Construct, statements: readonly PolicyStatement[]) =>
  characters(Stack.of(scope).resolve(new PolicyDocument({ statements: [...statements] })));

/** The length as deployed JSON; a token is counted as a long identifier or ARN. */
function characters(value: unknown): number {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).length;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + characters(one) + 1, 2);
  const [[name, of] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && name === 'Fn::Join') return charactersJoined(of);
  if (others.length === 0 && name === 'Ref') return 14;
  if (others.length === 0 && name.startsWith('Fn::')) return name === 'Fn::Select' ? 40 : 110;
  return Object.entries(value).reduce((sum, [key, one]) => sum + key.length + 4 + characters(one), 2);
}

function charactersJoined([separator, texts]: [string, readonly unknown[]]): number {
  return texts.reduce(
    (sum: number, text) => sum + characters(text) - (typeof text === 'string' ? 2 : 0) + separator.length,
    2,
  );
}
