import { GetBootstrapBrokersCommand, type KafkaClient } from '@aws-sdk/client-kafka';
import { awsTrouble } from './aws-trouble.ts';

/** An MSK cluster's bootstrap servers for clients with IAM: `host:9098,…`; undefined if it accepts none. */
export function mskBootstrapServers(client: KafkaClient): (clusterArn: string) => Promise<string | undefined> {
  return async (clusterArn) => {
    try {
      const answer = await client.send(new GetBootstrapBrokersCommand({ ClusterArn: clusterArn }));
      return answer.BootstrapBrokerStringSaslIam;
    } catch (error) {
      throw awsTrouble('MSK GetBootstrapBrokers', clusterArn, error);
    }
  };
}
