const VARIANTS = '89ab';

/** A random UUID (RFC 9562, version 4) from 32 random hex digits. */
export function uuid4(hex: string): string {
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) % VARIANTS.length];
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
