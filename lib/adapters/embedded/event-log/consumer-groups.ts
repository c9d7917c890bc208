/** Shares a topic's kafka partitions among the members of a group: one has each, all have about as many. */
export interface GroupMember {
  /** From now on the member has these kafka partitions and no others. */
  assign(kafkaPartitions: readonly number[]): void;
}

/** The members of every group, by topic. */
export function consumerGroups() {
  const topics = new Map<string, Map<string, Set<GroupMember>>>();

  function rebalance(members: ReadonlySet<GroupMember>, kafkaPartitions: number): void {
    const numbers = Array.from({ length: kafkaPartitions }, (_, number) => number);
    [...members].forEach((member, place) => {
      member.assign(numbers.filter((number) => number % members.size === place));
    });
  }

  return {
    /** Returns the function with which the member leaves. */
    join(topic: string, group: string, member: GroupMember, kafkaPartitions: () => number): () => void {
      const groups = topics.get(topic) ?? new Map<string, Set<GroupMember>>();
      topics.set(topic, groups);
      const members = groups.get(group) ?? new Set();
      groups.set(group, members);
      members.add(member);
      rebalance(members, kafkaPartitions());
      return () => {
        if (members.delete(member)) rebalance(members, kafkaPartitions());
      };
    },
    members: (topic: string, group: string): number => topics.get(topic)?.get(group)?.size ?? 0,
    /** The topic has got more kafka partitions. */
    topicGrew(topic: string, kafkaPartitions: number): void {
      for (const members of topics.get(topic)?.values() ?? []) rebalance(members, kafkaPartitions);
    },
  };
}
