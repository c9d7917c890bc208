import { property, type ResourceAnswer, type ResourceRequest } from '../custom-resource.ts';

export interface BrokersDeps {
  /** The addresses of a cluster for IAM; undefined if it has none. */
  readonly bootstrapServers: (clusterArn: string) => Promise<string | undefined>;
}

/** Returns the addresses of the brokers of the cluster `ClusterArn` as attribute `BootstrapServers`. Read-only. */
export function createHandler({
  bootstrapServers,
}: BrokersDeps): (request: ResourceRequest) => Promise<ResourceAnswer> {
  return async ({ type, properties, physicalId }) => {
    if (type === 'Delete') return { physicalId: physicalId ?? '' };
    const clusterArn = property(properties, 'ClusterArn');
    const found = await bootstrapServers(clusterArn);
    if (found === undefined) {
      throw new Error(
        `${clusterArn}: expected brokers for IAM, found none; turn on IAM authentication for the cluster`,
      );
    }
    return { physicalId: clusterArn, attributes: { BootstrapServers: found } };
  };
}
