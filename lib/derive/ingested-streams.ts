import type { Contract } from '../contracts/contract.ts';

/** The streams whose events come from outside. Weir itself makes the events of refined streams. */
export function ingestedStreams(contracts: readonly Contract[]): readonly Contract[] {
  return contracts.filter(({ refinedFrom }) => refinedFrom === null);
}

/** Where the API takes events of the stream. */
export const eventsPath = ({ name }: Pick<Contract, 'name'>) => `/events/${name}`;
