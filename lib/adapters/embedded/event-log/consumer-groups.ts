/** Divides a topic's kafka partitions evenly among the members of a group, each to exactly one member. */
export interface GroupMember {
  /** Replaces the member's kafka partitions with these. */
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
    /** Returns the function that removes the member. */
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
    /** The topic has gained kafka partitions. */
    topicGrew(topic: string, kafkaPartitions: number): void {
      for (const members of topics.get(topic)?.values() ?? []) rebalance(members, kafkaPartitions);
    },
  };
}
