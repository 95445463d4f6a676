const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether every database takes the text: without NUL and half surrogate pairs. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && !LONE_SURROGATE.test(text);
}
