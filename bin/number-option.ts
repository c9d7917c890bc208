import { InvalidArgumentError } from 'commander';

/** Reads an option that is a number within these bounds. */
export function numberBetween(least: number, most: number, kind: 'whole' | 'any' = 'whole') {
  const pattern = kind === 'whole' ? /^\d+$/ : /^\d+(\.\d+)?$/;
  return (text: string): number => {
    const value = Number(text);
    if (pattern.test(text) && value >= least && value <= most) return value;
    const expected = `expected a ${kind === 'whole' ? 'whole number' : 'number'} from ${least} to ${most}`;
    throw new InvalidArgumentError(`${expected}, found "${text}"`);
  };
}
