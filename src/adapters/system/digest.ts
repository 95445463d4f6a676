import { createHmac, hash } from 'node:crypto';
import type { Digest } from '../../waiting-room/ports/digest.ts';

export function systemDigest(): Digest {
  return {
    sha256: (data) => hash('sha256', data, 'buffer'),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  };
}
