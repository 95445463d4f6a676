import { createHmac, hash } from 'node:crypto';
import type { Digest } from '../../waiting-room/ports/digest.ts';

/**
 * A hash comes by way of a string, for 32 bytes are then kept on the heap: with a buffer each, the system's memory came
 * into a million pieces, and whoever next asked it for a large one waited until they were put together.
 */
export function systemDigest(): Digest {
  return {
    sha256: (data) => bytesIn(hash('sha256', data, 'binary')),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  };
}

function bytesIn(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
