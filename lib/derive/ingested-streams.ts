import type { Contract } from '../contracts/contract.ts';

/** The streams whose events come from outside: a refined stream's are made by Weir, of those of its source. */
export function ingestedStreams(contracts: readonly Contract[]): readonly Contract[] {
  return contracts.filter(({ refinedFrom }) => refinedFrom === null);
}

/** Where the API takes events of the stream. */
export const eventsPath = ({ name }: Pick<Contract, 'name'>) => `/events/${name}`;
