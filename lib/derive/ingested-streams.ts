import type { Contract } from '../contracts/contract.ts';

/** The streams that receive external events. Weir itself creates the events of refined streams. */
export function ingestedStreams(contracts: readonly Contract[]): readonly Contract[] {
  return contracts.filter(({ refinedFrom }) => refinedFrom === null);
}

/** The API path that accepts events of the stream. */
export const eventsPath = ({ name }: Pick<Contract, 'name'>) => `/events/${name}`;
