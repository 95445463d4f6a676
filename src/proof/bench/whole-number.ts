import { InvalidArgumentError } from 'commander';

/** For an option that counts something. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}
