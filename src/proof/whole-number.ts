import { InvalidArgumentError } from 'commander';

/** For an option of which there may be none. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}

/** For an option that counts what is done: a proof by doing nothing would always succeed. */
export function fromOne(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('a whole number from 1 is needed.');
  return number;
}
