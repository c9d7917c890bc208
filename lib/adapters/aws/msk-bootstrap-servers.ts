import { GetBootstrapBrokersCommand, type KafkaClient } from '@aws-sdk/client-kafka';
import { awsTrouble } from './aws-trouble.ts';

/** Where a cluster of MSK takes clients that come with IAM: `host:9098,…`; undefined where it takes none. */
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
