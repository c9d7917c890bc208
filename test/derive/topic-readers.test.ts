import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { consumerGroup, readerNames, topicReaders } from '../../lib/derive/topic-readers.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { dev, ofType, synthesised } from '../support/synthesised.ts';

const templates = synthesised();

describe.each(readerNames)('the reader %s', (reader) => {
  const read = topicReaders[reader].reads(contracts);

  it('has the folder of its function', () => {
    expect(existsSync(new URL(`../../lambdas/${reader}/index.ts`, import.meta.url))).toBe(true);
  });

  it('is deployed with a mapping of its own group for each stream that it reads', () => {
    const groups = [...ofType(templates, 'AWS::Lambda::EventSourceMapping').values()].map(
      ({ Properties = {} }) =>
        (Properties.AmazonManagedKafkaEventSourceConfig as { readonly ConsumerGroupId: string }).ConsumerGroupId,
    );
    const own = read.map((contract) => consumerGroup(`weir-${dev.name}`, reader, contract));
    expect(groups.filter((group) => group.startsWith(`weir-${dev.name}-${reader}-`)).sort()).toEqual(own.sort());
  });

  it('has no function where the project has no stream for it', () => {
    const [plain] = contracts.filter(({ name, refinedFrom }) => refinedFrom === null && name === 'people.profiles');
    if (plain === undefined) throw new Error('expected a stream that nothing is refined from, found none');
    const expected = topicReaders[reader].reads([plain]).length;
    const mappings = ofType(synthesised({}, [plain]), 'AWS::Lambda::EventSourceMapping');
    const own = [...mappings.keys()].filter((id) => id.toLowerCase().startsWith(`${reader}from`));
    expect(own.length).toBe(expected);
  });
});
