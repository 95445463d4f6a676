const LONE_SURROGATE = /\p{Surrogate}/u;
const NOT_STORABLE = /[\0\p{Surrogate}]/gu;

/** Whether every database takes the text: without NUL and half surrogate pairs. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && !LONE_SURROGATE.test(text);
}

/** The text with a replacement character for whatever no database takes: for what is only shown. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.replace(NOT_STORABLE, '\ufffd');
}
