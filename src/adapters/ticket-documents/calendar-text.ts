/** RFC 5545, 3.1: octets in a line, its end not counted. */
const LINE_OCTETS = 75;

/** Text without what no line of a calendar may have: a lone CR, which some readers take for the end of a line, and controls. */
export function calendarText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?![\n\t])\p{Cc}/gu, '');
}

/** The same lines, folded by octets: `ics` folds by letters, and a Korean one has three octets. */
export function foldedByOctets(calendar: string): string {
  return calendar
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
    .map(folded)
    .join('\r\n');
}

function folded(line: string): string {
  if (line.length * 3 <= LINE_OCTETS) return line;
  let text = '';
  let octets = 0;
  for (const letter of line) {
    const more = Buffer.byteLength(letter);
    if (octets + more > LINE_OCTETS) {
      text += '\r\n ';
      octets = 1;
    }
    text += letter;
    octets += more;
  }
  return text;
}
