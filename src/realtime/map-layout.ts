import type { SeatMap } from '../contract/seat-map.ts';
import { formatMoney } from '../core/money.ts';
import type { MapSeat } from './ports/map-source.ts';

export type MapLayout = Pick<SeatMap, 'sections' | 'zones' | 'runs'>;

const COUNTED = /^(.*?)(0|[1-9]\d{0,8})$/;
/** Coordinates that differ by less than this lie on the line. */
const TOLERANCE = 1e-6;

interface Numbered {
  prefix: string;
  start: number;
}

/** What never changes about a map, with seats that differ only by counting folded into runs. Seats come by id. */
export function layoutOf(seats: readonly MapSeat[]): MapLayout {
  const sections: string[] = [];
  const zones: MapLayout['zones'] = [];
  const zoneOf = new Map<string, number>();
  const runs: MapLayout['runs'] = {
    seat_id: [],
    count: [],
    zone: [],
    row: [],
    prefix: [],
    start: [],
    x: [],
    y: [],
    dx: [],
    dy: [],
  };
  const zone = (seat: MapSeat): number => {
    const key = JSON.stringify([seat.section, seat.type, seat.price]);
    let index = zoneOf.get(key);
    if (index === undefined) {
      const name = seat.section ?? '';
      if (!sections.includes(name)) sections.push(name);
      index =
        zones.push({
          section: sections.indexOf(name),
          seat_type: seat.type,
          price: formatMoney(seat.price),
        }) - 1;
      zoneOf.set(key, index);
    }
    return index;
  };
  for (let first = 0; first < seats.length; ) {
    const length = runLength(seats, first);
    const seat = seats[first] as MapSeat;
    const second = length > 1 ? (seats[first + 1] as MapSeat) : seat;
    const { prefix, start } = numbered(seat.number);
    runs.seat_id.push(seat.seatId);
    runs.count.push(length);
    runs.zone.push(zone(seat));
    runs.row.push(seat.row ?? '');
    runs.prefix.push(prefix);
    runs.start.push(start);
    runs.x.push(seat.x ?? 0);
    runs.y.push(seat.y ?? 0);
    runs.dx.push((second.x ?? 0) - (seat.x ?? 0));
    runs.dy.push((second.y ?? 0) - (seat.y ?? 0));
    first += length;
  }
  return { sections, zones, runs };
}

function numbered(text: string): Numbered {
  const [, prefix, digits] = COUNTED.exec(text) ?? [];
  return prefix === undefined || digits === undefined
    ? { prefix: text, start: -1 }
    : { prefix, start: Number(digits) };
}

/** How many seats from `first` on differ only by counting. */
function runLength(seats: readonly MapSeat[], first: number): number {
  const seat = seats[first] as MapSeat;
  const name = numbered(seat.number);
  if (name.start < 0) return 1;
  const second = seats[first + 1];
  const step = { x: (second?.x ?? 0) - (seat.x ?? 0), y: (second?.y ?? 0) - (seat.y ?? 0) };
  let length = 1;
  for (; first + length < seats.length; length++) {
    const next = seats[first + length] as MapSeat;
    const belongs =
      next.seatId === seat.seatId + length &&
      next.section === seat.section &&
      next.row === seat.row &&
      next.type === seat.type &&
      next.price === seat.price &&
      next.number === `${name.prefix}${name.start + length}` &&
      isNear(next.x ?? 0, (seat.x ?? 0) + length * step.x) &&
      isNear(next.y ?? 0, (seat.y ?? 0) + length * step.y);
    if (!belongs) break;
  }
  return length;
}

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) < TOLERANCE;
}
