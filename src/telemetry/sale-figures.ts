/** What the scrape asks the slices for. Figures of the whole sale are the same on every node: take one, never the sum. */
import { type Clock, SECOND } from '../core/clock.ts';
import type { Outbox } from '../core/message.ts';
import type { DeadLetterStore } from '../dead-letter/ports/dead-letter-store.ts';
import type { OrderStore } from '../order/ports/order-store.ts';
import type { ProviderHealth } from '../payment/provider-health.ts';
import { LANES as REQUEST_LANES } from '../request-queue/policy.ts';
import type { RequestEnquiries } from '../request-queue/ports/request-enquiries.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { SEAT_STATES } from '../reservation/seat.ts';
import { LANES } from '../waiting-room/lane.ts';
import type { Rooms } from '../waiting-room/ports/rooms.ts';
import type { LaneFigures, WaitingRoomStore } from '../waiting-room/ports/waiting-room-store.ts';
import { type Show, sharedLook } from './figures.ts';

/** Events that one scrape asks about. Nobody sells more at once, and a scrape may not become a load. */
const EVENTS_MAX = 50;
const DUE_MAX = 1_000;

export function showSeats(
  show: Show,
  clock: Clock,
  { onSale, seatStore }: { onSale: () => Iterable<number>; seatStore: Pick<SeatStore, 'counts'> },
): void {
  const look = sharedLook(clock, async () => {
    const counts = await Promise.all(first(onSale()).map((eventId) => seatStore.counts(eventId)));
    return totals(SEAT_STATES, (state) => counts.map((each) => each[state]));
  });
  show({ name: 'seats', help: 'Seats of the events on sale, by state', label: 'state', read: look });
}

export function showRequestQueue(
  show: Show,
  clock: Clock,
  store: Pick<RequestEnquiries, 'heads' | 'counts'>,
): void {
  const look = sharedLook(clock, async () => {
    const heads = await store.heads();
    const events = first(new Set(heads.map(({ eventId }) => eventId)));
    const counts = await Promise.all(events.map((eventId) => store.counts(eventId)));
    const oldest = Math.min(clock.now(), ...heads.map(({ acceptedAt }) => acceptedAt));
    return {
      waiting: totals(REQUEST_LANES, (lane) => counts.map((each) => each[lane].waiting)),
      claimed: totals(REQUEST_LANES, (lane) => counts.map((each) => each[lane].claimed)),
      ageSeconds: (clock.now() - oldest) / SECOND,
    };
  });
  const label = 'lane';
  const waiting = 'Requests in the queue that wait their turn, by lane';
  const claimed = 'Requests in the queue that are with a worker, by lane';
  const age = 'How long the request has waited that is served next';
  show({ name: 'request_queue_waiting', help: waiting, label, read: async () => (await look()).waiting });
  show({ name: 'request_queue_claimed', help: claimed, label, read: async () => (await look()).claimed });
  show({ name: 'request_queue_age_seconds', help: age, read: async () => (await look()).ageSeconds });
}

export function showWaitingRooms(
  show: Show,
  clock: Clock,
  { rooms, store }: { rooms: Pick<Rooms, 'gated'>; store: Pick<WaitingRoomStore, 'figures'> },
): void {
  const look = sharedLook(clock, async () => {
    const found = await Promise.all(first(rooms.gated()).map((eventId) => store.figures(eventId)));
    return found.filter((each) => each !== undefined);
  });
  const count = (name: string, help: string, of: (lane: LaneFigures) => number) =>
    show({
      name,
      help,
      label: 'lane',
      read: async () => {
        const found = await look();
        return totals(LANES, (lane) => found.map((each) => of(each[lane])));
      },
    });
  count('waiting_room_waiting', 'People in line, by lane', ({ waiting }) => waiting);
  count(
    'waiting_room_ready',
    'People who were called and have not come in yet, by lane',
    ({ ready }) => ready,
  );
  count('waiting_room_active', 'People who are inside, by lane', ({ active }) => active);
  count(
    'waiting_room_admitted_per_minute',
    'People let in during the last minute, by lane',
    ({ admittedPerMinute }) => admittedPerMinute,
  );
  show({
    name: 'waiting_room_age_seconds',
    help: 'How long the one in line has waited who came first',
    async read() {
      const joins = (await look()).flatMap((each) => LANES.map((lane) => each[lane].oldestJoin));
      const oldest = Math.min(clock.now(), ...joins.filter((at) => at !== null));
      return (clock.now() - oldest) / SECOND;
    },
  });
}

export function showMessages(
  show: Show,
  clock: Clock,
  {
    outbox,
    letters,
  }: { outbox: Pick<Outbox, 'waiting' | 'length'>; letters: Pick<DeadLetterStore, 'count'> },
): void {
  show({
    name: 'outbox_waiting',
    help: 'Messages that wait to be published',
    read: () => outbox.length(),
  });
  show({
    name: 'dead_letters',
    help: 'Messages that a consumer gave up and nobody has replayed or dropped',
    read: () => letters.count(),
  });
  show({
    name: 'outbox_age_seconds',
    help: 'How long the oldest message has waited to be published',
    async read() {
      const [oldest] = await outbox.waiting(1);
      return oldest ? Math.max(0, clock.now() - oldest.message.at) / SECOND : 0;
    },
  });
}

export function showOrders(show: Show, clock: Clock, store: Pick<OrderStore, 'due'>): void {
  const look = sharedLook(clock, () => store.due(clock.now(), DUE_MAX));
  show({
    name: 'orders_due',
    help: `Unfinished orders whose driver should have looked at them by now, at most ${DUE_MAX}`,
    read: async () => (await look()).length,
  });
  show({
    name: 'orders_due_age_seconds',
    help: 'For how long the unfinished order is due that was due first',
    async read() {
      const [earliest] = await look();
      return earliest ? Math.max(0, clock.now() - (earliest.dueAt ?? clock.now())) / SECOND : 0;
    },
  });
}

const BREAKER = ['closed', 'half_open', 'open'] as const;

export function showProvider(show: Show, health: ProviderHealth): void {
  const breaker = 'Whether the breaker before the payment provider is in this state';
  const pace = 'Share of the usual pace at which can be paid now, 0 to 1';
  show({
    name: 'payment_breaker',
    help: breaker,
    label: 'state',
    read: () => totals(BREAKER, (state) => [health.breaker() === state ? 1 : 0]),
  });
  show({ name: 'payment_pace', help: pace, read: () => health.pace() });
}

function first(events: Iterable<number>): number[] {
  return [...events].slice(0, EVENTS_MAX);
}

function totals<K extends string>(keys: readonly K[], of: (key: K) => number[]): Record<K, number> {
  const sum = (key: K) => of(key).reduce((total, each) => total + each, 0);
  return Object.fromEntries(keys.map((key) => [key, sum(key)])) as Record<K, number>;
}
