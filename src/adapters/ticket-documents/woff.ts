import { inflateSync } from 'node:zlib';

const WOFF_HEAD = 44;
const WOFF_ENTRY = 20;
const SFNT_HEAD = 12;
const SFNT_ENTRY = 16;

interface Table {
  tag: Buffer;
  checksum: number;
  data: Buffer;
}

/**
 * A WOFF 1.0 font unpacked into the TrueType font that it holds (W3C WOFF File Format 1.0, sections 3 to 5). fontkit
 * reads WOFF too, but unpacks a table anew for each glyph, and fails on the glyph table of Nanum Gothic.
 */
export function fontOf(woff: Buffer): Buffer {
  const tables = tablesOf(woff);
  const head = Buffer.alloc(SFNT_HEAD + SFNT_ENTRY * tables.length);
  const power = Math.floor(Math.log2(tables.length));
  const range = 2 ** power * SFNT_ENTRY;
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(tables.length, 4);
  head.writeUInt16BE(range, 6);
  head.writeUInt16BE(power, 8);
  head.writeUInt16BE(tables.length * SFNT_ENTRY - range, 10);
  const parts: Buffer[] = [head];
  let at = head.length;
  for (const [index, { tag, checksum, data }] of tables.entries()) {
    const entry = SFNT_HEAD + SFNT_ENTRY * index;
    tag.copy(head, entry);
    for (const [place, value] of [checksum, at, data.length].entries()) {
      head.writeUInt32BE(value, entry + 4 + 4 * place);
    }
    const padding = Buffer.alloc((4 - (data.length % 4)) % 4);
    parts.push(data, padding);
    at += data.length + padding.length;
  }
  return Buffer.concat(parts);
}

function tablesOf(woff: Buffer): Table[] {
  return Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const entry = WOFF_HEAD + WOFF_ENTRY * index;
    const [offset = 0, packedLength = 0, length = 0, checksum = 0] = [4, 8, 12, 16].map((place) =>
      woff.readUInt32BE(entry + place),
    );
    const packed = woff.subarray(offset, offset + packedLength);
    const data = packedLength < length ? inflateSync(packed) : packed;
    return { tag: woff.subarray(entry, entry + 4), checksum, data };
  });
}
