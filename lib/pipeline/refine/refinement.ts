import type { Contract, EventOf, Fields } from '../../contracts/contract.ts';
import type { Written, WrittenJson } from './written-json.ts';

/** A value in a refined record's JSON. */
type WireValue = string | number | boolean | null | readonly WireValue[] | { readonly [name: string]: WireValue };

/** A refined event on the wire: exactly the fields of its contract. */
export type WireEvent<S extends Fields> = { readonly [K in keyof S]: WireValue | WrittenJson };

/** A pure function from one stream's event to events of another, in a fixed order. */
export interface Refinement {
  readonly from: Contract;
  readonly to: Contract;
  /** @param written returns the source's values as they were written, by wire name, to be passed on unchanged. */
  refine(event: Readonly<Record<string, unknown>>, written: Written): readonly WireEvent<Fields>[];
}

/** A refinement with checked types: the event is the source's, and every field of the target is set. */
export function refinement<S extends Fields, T extends Fields>(declared: {
  readonly from: Contract<S>;
  readonly to: Contract<T>;
  readonly refine: (event: EventOf<S>, written: Written) => readonly WireEvent<T>[];
}): Refinement {
  const { from, to } = declared;
  if (to.refinedFrom !== from.name || to.kafkaPartitions !== from.kafkaPartitions) {
    throw new Error(
      `${to.name}: expected a contract refined from ${from.name} with its ${from.kafkaPartitions} kafka partitions, ` +
        `found ${to.kafkaPartitions}, refined from ${to.refinedFrom ?? 'nothing'}`,
    );
  }
  return declared as unknown as Refinement;
}
