import type { Contract } from '../lib/contracts/contract.ts';
import { UsageError } from './usage-error.ts';

/** The contract that `--stream` names. @throws UsageError */
export function givenStream(contracts: readonly Contract[], stream: string): Contract {
  const found = contracts.find(({ name }) => name === stream);
  if (found !== undefined) return found;
  const names = contracts.map(({ name }) => name);
  throw new UsageError(`--stream: expected one of ${names.join(', ')}, found "${stream}"`);
}
