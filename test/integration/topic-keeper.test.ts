import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { topicKeeper } from '../../lib/adapters/kafka/topic-keeper.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

await describeWithServer(kafkaServer, (running) => {
  describe('a topic of a deployment', () => {
    const settings = {
      topic: 'kept.topic',
      kafkaPartitions: 1,
      timestampType: 'LogAppendTime',
      retentionMs: 3_600_000,
    } as const;
    const resource = { type: ConfigResourceTypes.TOPIC, name: settings.topic };

    it('keeps the settings that others have made when its own change', async () => {
      const brokers = [...running().brokers];
      const keeper = topicKeeper({ brokers, clientId: 'weir-test', warn: console.warn });
      const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
      await keeper.keep(settings);
      const theirs = [{ name: 'segment.ms', value: '86400000' }];
      await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: theirs }] });
      await keeper.keep({ ...settings, retentionMs: 7_200_000 });
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
      await admin.disconnect();
      const found = resources[0]?.configEntries.map(({ configName, configValue }) => `${configName}=${configValue}`);
      expect(found).toEqual(expect.arrayContaining(['segment.ms=86400000', 'retention.ms=7200000']));
    });
  });
});
