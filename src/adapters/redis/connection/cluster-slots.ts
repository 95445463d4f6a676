import { type Address, nameOf } from './options.ts';

/** A cluster cuts its keys into so many slots. */
export const SLOTS = 16_384;

/** CRC-16/XMODEM, as the Redis Cluster specification, appendix A, wants it. */
const CRC = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  return crc;
});

/** The slot of a key: of what stands between its first braces, if anything does, else of the whole. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc = ((crc << 8) & 0xffff) ^ (CRC[((crc >> 8) ^ byte) & 0xff] as number);
  }
  return crc % SLOTS;
}

export interface SlotMap {
  ranges: { first: number; last: number; master: Address }[];
  /** Masters and replicas, by name. */
  nodes: Map<string, Address>;
}

type SlotsReply = [first: number, last: number, ...nodes: [host: string | null, port: number][]][];

/** Reads CLUSTER SLOTS. A node that does not know its own address is where it was asked. */
export function slotMap(reply: SlotsReply, asked: Address): SlotMap {
  const nodes = new Map<string, Address>();
  const ranges = reply.flatMap(([first, last, ...servers]) => {
    const addresses = servers.map(([host, port]) => ({ host: host || asked.host, port }));
    for (const address of addresses) nodes.set(nameOf(address), address);
    const [master] = addresses;
    return master ? [{ first, last, master }] : [];
  });
  return { ranges, nodes };
}
