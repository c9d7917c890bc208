import { App, Stack } from 'aws-cdk-lib';
import { type PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { contract, string, timestamp } from '../../lib/contracts/contract.ts';
import { rolePolicies } from '../../lib/infra/role-policies.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { rolesOf } from '../support/role-findings.ts';
import { brokers, synthesised } from '../support/synthesised.ts';

const UUID = '0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f-s1';
const arn = (kind: string, index: number) =>
  `arn:aws:kafka:us-east-1:111122223333:${kind}/weir-dev/${UUID}/shop.of_a_longer_name_${index}`;

const statements = (streams: number) =>
  ['topic', 'group'].map(
    (kind) =>
      new PolicyStatement({
        sid: kind,
        actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
        resources: Array.from({ length: streams }, (_, index) => arn(kind, index)),
      }),
  );

const resourcesOf = (documents: readonly PolicyDocument[]) =>
  documents.flatMap((document) =>
    (document.toJSON().Statement as { readonly Resource: string | string[] }[]).flatMap(({ Resource }) => Resource),
  );

const streamNamed = (name: string): Contract =>
  contract({
    name,
    version: 1,
    description: 'One of many.',
    owner: 'many',
    key: 'id',
    eventTime: 'at',
    identity: 'position',
    fields: { id: string('Id.'), at: timestamp('When.') },
  });

describe('what a role may do', () => {
  it.each([1, 20, 60, 200])(
    'for %i streams is in policies that IAM takes, nothing lost and nothing twice',
    (streams) => {
      const stack = new Stack(new App(), 'Stack');
      const { inline, managed } = rolePolicies(stack, statements(streams));
      expect(JSON.stringify(inline.toJSON()).length).toBeLessThanOrEqual(10_240);
      for (const { document } of managed) expect(JSON.stringify(document.toJSON()).length).toBeLessThanOrEqual(6_144);
      expect(managed.length).toBeLessThanOrEqual(10);
      const all = Array.from({ length: streams }, (_, index) => [arn('topic', index), arn('group', index)]).flat();
      expect(resourcesOf([inline, ...managed.map(({ document }) => document)]).sort()).toEqual(all.sort());
      const sids = [inline, ...managed.map(({ document }) => document)].map((document) =>
        document.toJSON().Statement.map(({ Sid }: { readonly Sid: string }) => Sid),
      );
      for (const ofOne of sids) expect(new Set(ofOne).size).toBe(ofOne.length);
    },
  );

  it.each(['serverless', 'existing'] as const)(
    'names every topic, group and table of a hundred streams (%s)',
    (kind) => {
      const many = Array.from({ length: 100 }, (_, index) => streamNamed(`many.stream_${index}`));
      const all = [...contracts, ...many];
      const roles = rolesOf(synthesised({ broker: brokers[kind] }, all));
      const sink = JSON.stringify(roles.find(({ mappings }) => mappings.length > 3)?.statements);
      for (const { name } of many) {
        expect(sink).toContain(`/${name}"`);
        expect(sink).toContain(`/weir-dev-sink-${name}"`);
        expect(sink).toContain(`/${name.replace('.', '_')}"`);
      }
      const made = roles.filter(({ statements: made }) => JSON.stringify(made).includes('kafka-cluster:CreateTopic'));
      expect(made).toHaveLength(1);
      for (const { name } of many) expect(JSON.stringify(made[0]?.statements)).toContain(`/${name}"`);
    },
  );
});
