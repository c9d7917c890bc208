import { describe, expect, it } from 'vitest';
import { meteredStreams, refinedStreams } from '../../lib/derive/topic-readers.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { brokers, ofType, synthesised, type Templates } from '../support/synthesised.ts';

const names = (from: readonly { readonly name: string }[]) => [...new Set(from.map(({ name }) => name))].sort();

const SOURCES = ['chat.rooms', 'search.raw'];
const TARGETS = ['chat.messages', 'search.offers', 'search.processed'];

describe('what is refined, and from what, follows from the contracts', () => {
  it('sources and targets', () => {
    const { sources, targets } = refinedStreams(contracts);
    expect([names(sources), names(targets)]).toEqual([SOURCES, TARGETS]);
  });
});

const refineOf = ({ processing }: Templates) => Object.entries(processing).filter(([id]) => id.startsWith('Refine'));

const mappingsOf = (templates: Templates) =>
  refineOf(templates)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(([, { Properties = {} }]) => Properties);

describe('the refine function', () => {
  const templates = synthesised();

  it('is fed by the topic of each source and no other, by groups of its own', () => {
    const mappings = mappingsOf(templates);
    expect(mappings.map(({ Topics }) => String(Topics)).sort()).toEqual(SOURCES);
    const groups = mappings.map(({ AmazonManagedKafkaEventSourceConfig: config }) =>
      String((config as { ConsumerGroupId: string }).ConsumerGroupId),
    );
    expect(groups.sort()).toEqual(['weir-dev-refine-chat.rooms', 'weir-dev-refine-search.raw']);
    const [sinkGroups] = [[...ofType(templates, 'AWS::Lambda::EventSourceMapping').values()]].map((all) =>
      all.map(({ Properties }) => JSON.stringify(Properties?.AmazonManagedKafkaEventSourceConfig)),
    );
    expect(new Set(sinkGroups).size).toBe(contracts.length + SOURCES.length + meteredStreams(contracts).length);
  });

  it('shares the pollers that are billed by the hour, and has none where they are on demand', () => {
    for (const mapping of mappingsOf(templates)) {
      expect(mapping).toMatchObject({ ProvisionedPollerConfig: { PollerGroupName: 'weir-dev' } });
    }
    for (const mapping of mappingsOf(synthesised({ broker: brokers.standard, pollers: 'onDemand' }))) {
      expect(mapping).not.toHaveProperty('ProvisionedPollerConfig');
    }
  });

  it('reads the sources, writes the refined topics, and neither more', () => {
    expect(topicsOf(templates, 'kafka-cluster:ReadData')).toEqual(SOURCES);
    expect(topicsOf(templates, 'kafka-cluster:WriteData')).toEqual(TARGETS);
    expect(topicsOf(templates, 'kafka-cluster:DescribeTopic')).toEqual([...SOURCES, ...TARGETS].sort());
    expect(topicsOf(templates, 'kafka-cluster:AlterGroup')).toEqual([
      'weir-dev-refine-chat.rooms',
      'weir-dev-refine-search.raw',
    ]);
  });

  it('follows topics of other names', () => {
    const renamed = synthesised({ topics: { 'search.raw': 'searches', 'search.offers': 'offers' } });
    expect(topicsOf(renamed, 'kafka-cluster:ReadData')).toEqual(['chat.rooms', 'searches']);
    expect(topicsOf(renamed, 'kafka-cluster:WriteData')).toEqual(['chat.messages', 'offers', 'search.processed']);
    expect(mappingsOf(renamed).map(({ Topics }) => String(Topics))).toContain('searches');
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** The last parts of the ARNs that the function's role may do the action with. */
function topicsOf(templates: Templates, action: string): readonly string[] {
  const [, role] = refineOf(templates).find(([, { Type }]) => Type === 'AWS::IAM::Role') ?? [];
  const policies = role?.Properties?.Policies as readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const resources = statements
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => Resource);
  return resources.map((arn) => /\/([^"/]+)"\]?\]?\}?$/.exec(JSON.stringify(arn))?.[1] ?? '').sort();
}
