import { describe, expect, it } from 'vitest';
import { brokers, byUserPool, synthesised, type Templates } from '../support/synthesised.ts';

/** What holds data. Another logical id would make CloudFormation put an empty one beside it, or in its place. */
const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::Cognito::UserPool',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::MSK::Cluster',
  'AWS::MSK::ServerlessCluster',
  'AWS::MSK::Topic',
  'AWS::RedshiftServerless::Namespace',
  'AWS::RedshiftServerless::Workgroup',
  'Custom::WeirTopic',
];

function stateful(templates: Templates): readonly string[] {
  return Object.entries(templates)
    .flatMap(([stack, resources]) => Object.entries(resources).map(([id, { Type }]) => ({ stack, id, Type })))
    .filter(({ Type }) => STATEFUL.includes(Type))
    .map(({ stack, id, Type }) => `${stack} ${Type} ${id}`)
    .sort();
}

// Here and not in the tests, whose time is limited.
const serverless = synthesised();
const express = synthesised({ broker: brokers.express });

describe('what holds data keeps its logical id', () => {
  it('with MSK Serverless', () => {
    expect(stateful(serverless)).toMatchSnapshot();
  });
  it('with Express brokers', () => {
    expect(stateful(express)).toMatchSnapshot();
  });
});

it('the user pool of the API keeps its logical id', () => {
  expect(stateful(synthesised({ live: byUserPool }))).toContain('api AWS::Cognito::UserPool SignInPoolC462E28F');
});

describe('what reads topics keeps its logical id', () => {
  // A mapping of another id would be made before the old one goes, and a group belongs to one mapping only.
  it('and its group', () => {
    const mappings = Object.entries(serverless.processing)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
      .map(([id, { Properties = {} }]) => {
        const config = Properties.AmazonManagedKafkaEventSourceConfig as { readonly ConsumerGroupId: string };
        return `${id} ${config.ConsumerGroupId}`;
      });
    expect(mappings.sort()).toMatchSnapshot();
  });
});

describe('what holds data stays where data is kept', () => {
  it.each(['serverless', 'express', 'standard'] as const)('with %s brokers', (kind) => {
    const templates = synthesised({ broker: brokers[kind], keepData: true });
    const resources = Object.values(templates).flatMap((stack) => Object.entries(stack));
    const lost = resources
      .filter(([, { Type }]) => STATEFUL.includes(Type))
      .filter(
        ([, { Type, DeletionPolicy, UpdateReplacePolicy }]) =>
          // Making a topic that is there already changes nothing; the others would be in the way of the next deployment.
          DeletionPolicy !== (Type === 'Custom::WeirTopic' ? 'Retain' : 'RetainExceptOnCreate') ||
          UpdateReplacePolicy !== 'Retain',
      )
      .map(([id]) => id);
    expect(lost).toEqual([]);
  });
});
