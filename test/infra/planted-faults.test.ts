import { describe, expect, it } from 'vitest';
import { networkFindings } from '../support/network-findings.ts';
import { roleFindings, rolesOf } from '../support/role-findings.ts';
import { brokers, dev, ofType, prod, type Resource, synthesised, type Templates } from '../support/synthesised.ts';

const kinds = {
  'dev, on MSK Serverless': dev,
  'prod, on Express brokers': prod,
  'Standard brokers, on-demand pollers': { ...dev, broker: brokers.standard, pollers: 'onDemand' as const },
  'a cluster of others': { ...dev, broker: brokers.existing },
};

/** Templates with one resource as `change` leaves it; undefined takes it away. */
function changedTo(templates: Templates, id: string, change: (resource: Resource) => Resource | undefined): Templates {
  return Object.fromEntries(
    Object.entries(templates).map(([name, stack]) => {
      const resource = stack[id];
      if (resource === undefined) return [name, stack];
      const { [id]: _, ...others } = stack;
      const changed = change(structuredClone(resource));
      return [name, changed === undefined ? others : { ...others, [id]: changed }];
    }),
  ) as unknown as Templates;
}

/** The same without the part at `path`: a key, or an element of a list. */
function without<Value>(value: Value, path: readonly (string | number)[]): Value {
  const copy = structuredClone(value);
  const last = path.at(-1);
  // biome-ignore lint/suspicious/noExplicitAny: templates are plain data of any shape
  const parent = path.slice(0, -1).reduce<any>((part, key) => part[key], copy);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[String(last)];
  return copy;
}

const indices = (value: unknown): readonly number[] => (Array.isArray(value) ? value.map((_, index) => index) : []);

describe.each(Object.entries(kinds))('%s', (_, deployment) => {
  const templates = synthesised(deployment);
  const wanted = {
    pollers: deployment.pollers,
    ownBrokers: deployment.broker.kind !== 'existing',
    region: deployment.region,
  };

  it('every role may do with every resource what it must, and nothing more', () => {
    expect(roleFindings(templates)).toEqual([]);
  });

  it('each resource of each statement of each role, taken away by hand, is missed', () => {
    let planted = 0;
    for (const { at, path } of statementPaths(templates, 'Resource')) {
      const changed = changedTo(templates, at, (resource) => without(resource, path));
      expect(roleFindings(changed), `${at} ${path.join('.')}`).toContainEqual(expect.stringContaining(': lacks '));
      planted += 1;
    }
    expect(planted).toBeGreaterThan(60);
  });

  it('each action of a role that services take, taken away by hand, is missed', () => {
    const roles = rolesOf(templates).filter(({ fn }) => fn === undefined);
    let planted = 0;
    for (const { at, path, role } of statementPaths(templates, 'Action')) {
      if (!roles.some(({ id }) => id === role)) continue;
      const changed = changedTo(templates, at, (resource) => without(resource, path));
      expect(roleFindings(changed), `${at} ${path.join('.')}`).toContainEqual(
        expect.stringMatching(new RegExp(`^${role}.*lacks `)),
      );
      planted += 1;
    }
    expect(planted).toBeGreaterThanOrEqual(10);
  });

  it('a resource that nobody needs is found in any statement', () => {
    for (const { at, path } of statementPaths(templates, 'Resource')) {
      const changed = changedTo(templates, at, (resource) => {
        const statement = path.slice(0, path.indexOf('Resource'));
        // biome-ignore lint/suspicious/noExplicitAny: templates are plain data of any shape
        const found = statement.reduce<any>((part, key) => part[key], resource);
        found.Resource = [found.Resource, 'arn:aws:s3:::of-another/*'].flat();
        return resource;
      });
      expect(roleFindings(changed)).toContainEqual(expect.stringContaining('need not have arn:aws:s3:::of-another/*'));
    }
  });

  it('there is each network path that somebody needs, and no other', () => {
    expect(networkFindings(templates, wanted)).toEqual([]);
  });

  it('each endpoint, rule and interface, taken away by hand, is missed', () => {
    const paths = networkPaths(templates);
    for (const { at, path } of paths) {
      const changed = changedTo(templates, at, (resource) => (path.length === 0 ? undefined : without(resource, path)));
      expect(networkFindings(changed, wanted), `${at} ${path.join('.')}`).toContainEqual(
        expect.stringMatching(/^network: lacks /),
      );
    }
    expect(paths.length).toBeGreaterThanOrEqual(4);
  });

  it('a rule, an endpoint and a gateway that nobody needs are found', () => {
    const superfluous: readonly Resource[] = [
      { Type: 'AWS::EC2::InternetGateway' },
      { Type: 'AWS::EC2::NatGateway' },
      {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { GroupId: { Ref: 'BrokersSecurityGroup' }, CidrIp: '0.0.0.0/0', FromPort: 9098, ToPort: 9098 },
      },
      {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.us-east-1.glue', SubnetIds: [] },
      },
    ];
    for (const resource of superfluous) {
      const changed = { ...templates, stream: { ...templates.stream, Superfluous: resource } };
      expect(networkFindings(changed, wanted)).toEqual([expect.stringMatching(/^network: need not have /)]);
    }
  });
});

it('a statement without the condition that narrows it is missed', () => {
  const templates = synthesised({ github: prod.github });
  let planted = 0;
  for (const { at, path } of statementPaths(templates, 'Condition')) {
    const changed = changedTo(templates, at, (resource) => without(resource, path));
    expect(roleFindings(changed), at).toContainEqual(
      expect.stringMatching(/lacks its condition|statements of others|functions of others/),
    );
    planted += 1;
  }
  expect(planted).toBeGreaterThanOrEqual(3);
});

interface Place {
  readonly at: string;
  readonly path: readonly (string | number)[];
}

/** Where each value of `key` is in the statements of roles and of the policies beside them. */
function statementPaths(templates: Templates, key: string): readonly (Place & { readonly role: string })[] {
  const documents = [
    ...[...ofType(templates, 'AWS::IAM::Role')].flatMap(([at, { Properties = {} }]) =>
      indices(Properties.Policies).map((index) => ({
        at,
        role: at,
        path: ['Properties', 'Policies', index, 'PolicyDocument', 'Statement'],
        document: (Properties.Policies as readonly { readonly PolicyDocument: Document }[])[index]?.PolicyDocument,
      })),
    ),
    ...[...ofType(templates, 'AWS::IAM::Policy')].map(([at, { Properties = {} }]) => ({
      at,
      role: (Properties.Roles as readonly { readonly Ref: string }[])[0]?.Ref ?? '',
      path: ['Properties', 'PolicyDocument', 'Statement'],
      document: Properties.PolicyDocument as Document,
    })),
  ];
  return documents.flatMap(({ at, role, path, document }) =>
    (document?.Statement ?? []).flatMap((statement, index) => {
      const value = statement[key];
      if (value === undefined) return [];
      const here = [...path, index, key];
      return Array.isArray(value)
        ? value.map((_, one) => ({ at, role, path: [...here, one] }))
        : [{ at, role, path: here }];
    }),
  );
}

interface Document {
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** Everything of the templates that leads somewhere. */
function networkPaths(templates: Templates): readonly Place[] {
  const whole = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::VPCEndpoint'];
  const nothing = (rule: unknown) => JSON.stringify(rule).includes('Disallow all traffic');
  return [
    ...whole.flatMap((type) => [...ofType(templates, type).keys()].map((at) => ({ at, path: [] }))),
    ...[...ofType(templates, 'AWS::EC2::SecurityGroup')].flatMap(([at, { Properties = {} }]) =>
      ['SecurityGroupIngress', 'SecurityGroupEgress'].flatMap((rules) =>
        indices(Properties[rules])
          .filter((index) => !nothing((Properties[rules] as readonly unknown[])[index]))
          .map((index) => ({ at, path: ['Properties', rules, index] })),
      ),
    ),
    ...[...ofType(templates, 'AWS::EC2::VPCEndpoint')].flatMap(([at, { Properties = {} }]) => [
      ...indices(Properties.SubnetIds).map((index) => ({ at, path: ['Properties', 'SubnetIds', index] })),
      ...indices(Properties.RouteTableIds).map((index) => ({ at, path: ['Properties', 'RouteTableIds', index] })),
      ...indices(Properties.SecurityGroupIds).map((index) => ({ at, path: ['Properties', 'SecurityGroupIds', index] })),
    ]),
    ...[...ofType(templates, 'AWS::Lambda::Function')].flatMap(([at, { Properties = {} }]) => {
      const { SecurityGroupIds } = (Properties.VpcConfig ?? {}) as { readonly SecurityGroupIds?: unknown };
      return [
        ...(Properties.VpcConfig === undefined ? [] : [{ at, path: ['Properties', 'VpcConfig'] }]),
        ...indices(SecurityGroupIds).map((index) => ({
          at,
          path: ['Properties', 'VpcConfig', 'SecurityGroupIds', index],
        })),
      ];
    }),
  ];
}
