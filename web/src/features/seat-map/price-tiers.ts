import { type Hundredths, toHundredths } from '../../lib/format.ts';
import type { Hall } from './hall.ts';

export interface PriceTier {
  readonly seatType: string;
  readonly price: Hundredths;
}

export interface PriceTiers {
  /** Dearest first. */
  readonly tiers: readonly PriceTier[];
  /** The tier of each zone of the hall. */
  readonly ofZone: readonly number[];
}

/** Zones of different sections that cost the same and are the same to a buyer share a tier, and a colour. */
export function priceTiers(hall: Hall): PriceTiers {
  const byName = new Map<string, PriceTier>();
  const nameOf = (zone: Hall['zones'][number]) => `${zone.seat_type} ${zone.price}`;
  for (const zone of hall.zones) {
    byName.set(nameOf(zone), { seatType: zone.seat_type, price: toHundredths(zone.price) });
  }
  const names = [...byName].sort(([, a], [, b]) => b.price - a.price).map(([name]) => name);
  return {
    tiers: names.flatMap((name) => byName.get(name) ?? []),
    ofZone: hall.zones.map((zone) => names.indexOf(nameOf(zone))),
  };
}
