/** Priority in the line. It comes from what the principal is entitled to, never from what a request says. */
export type Lane = 'high' | 'normal' | 'low';

export const LANES: readonly Lane[] = ['high', 'normal', 'low'];

export type PerLane<T> = Readonly<Record<Lane, T>>;

export function perLane<T>(make: (lane: Lane) => T): Record<Lane, T> {
  return { high: make('high'), normal: make('normal'), low: make('low') };
}
