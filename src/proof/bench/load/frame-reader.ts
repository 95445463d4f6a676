export interface Frame {
  opcode: number;
  payload: Buffer;
}

export const OPCODES = { text: 1, close: 8, ping: 9 } as const;

/**
 * Cuts the frames of a WebSocket server (RFC 6455, section 5.2) out of the bytes of one connection: whole, unmasked and
 * unpacked, which is all our server sends. Ten thousand full clients would measure themselves.
 */
export class FrameReader {
  #pending: Buffer | undefined;

  read(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const head = headAt(bytes, at);
      if (!head || at + head.bytes + head.payloadBytes > bytes.length) break;
      const from = at + head.bytes;
      at = from + head.payloadBytes;
      onFrame({ opcode: head.opcode, payload: bytes.subarray(from, at) });
    }
    this.#pending = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}

interface Head {
  opcode: number;
  bytes: number;
  payloadBytes: number;
}

function headAt(bytes: Buffer, at: number): Head | undefined {
  if (at + 2 > bytes.length) return undefined;
  const opcode = (bytes[at] as number) & 0x0f;
  const length = bytes[at + 1] as number;
  if (length > 127) throw new Error('a server must not mask its frames');
  if (length < 126) return { opcode, bytes: 2, payloadBytes: length };
  if (length === 126) {
    return at + 4 > bytes.length ? undefined : { opcode, bytes: 4, payloadBytes: bytes.readUInt16BE(at + 2) };
  }
  if (at + 10 > bytes.length) return undefined;
  return { opcode, bytes: 10, payloadBytes: Number(bytes.readBigUInt64BE(at + 2)) };
}
