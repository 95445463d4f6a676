import { formatDateTime, formatOptionalDateTime, parseDateTime } from '../contract/date-time.ts';
import type {
  AdmissionSettings,
  AdmissionView,
  EventDetail,
  EventInput,
  EventPatch,
  EventView,
} from '../contract/event.ts';
import type { SeatInput, SeatView } from '../contract/seat.ts';
import { seatView } from '../contract/seat-view.ts';
import { SECOND } from '../core/clock.ts';
import { moneyOf } from '../core/money.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { type AdmissionTerms, admissionTerms } from './admission.ts';
import type { EventPolicy } from './event.ts';
import type { EventNow } from './event-enquiries.ts';
import type { CatalogSeat, SeatDraft } from './seat.ts';
import type { EventChange, EventDraft } from './service.ts';

/** What an event has when its organiser does not say. */
export interface EventDefaults {
  currency: string;
  holdSeconds: number;
  seatsPerBuyer: number;
}

export function eventView({ event, status, available }: EventNow): EventView {
  return {
    event_id: event.eventId,
    event_name: event.name,
    event_date: formatDateTime(event.startsAt),
    venue_name: event.venue,
    total_seats: event.totalSeats,
    available_seats: available,
    status,
    sale_start_time: formatOptionalDateTime(event.saleOpensAt),
    created_at: formatDateTime(event.createdAt),
    currency: event.currency,
    claim_strategy: event.policy.claimStrategy,
    inventory: event.inventory,
    capacity: event.inventory === 'capacity' ? event.totalSeats : null,
    hold_seconds: event.policy.holdMillis / SECOND,
    max_seats_per_user: event.policy.seatsPerBuyer,
    series_id: event.seriesId,
    admission: admissionView(event.policy),
    cancellation_deadline: formatOptionalDateTime(event.policy.cancellationDeadline ?? null),
  };
}

export function eventDetail(now: EventNow): EventDetail {
  return {
    ...eventView(now),
    available_seat_count: now.available,
    reserved_seat_count: now.reserved,
    booked_seat_count: now.booked,
  };
}

export function eventDraft(input: EventInput, defaults: EventDefaults): EventDraft | Refusal {
  const policy = policyOf(input);
  const inventory = input.inventory === 'capacity' ? 'capacity' : 'seated';
  if (inventory === 'seated' && (input.capacity !== undefined || input.price !== undefined)) {
    const field = input.capacity === undefined ? 'price' : 'capacity';
    return refuse('VALIDATION_FAILED', {}, { detail: [{ field, message: 'only for inventory capacity' }] });
  }
  return {
    name: input.event_name,
    startsAt: parseDateTime(input.event_date),
    venue: input.venue_name ?? null,
    totalSeats: inventory === 'capacity' ? (input.capacity ?? input.total_seats) : input.total_seats,
    saleOpensAt: optionalTime(input.sale_start_time) ?? null,
    currency: input.currency ?? defaults.currency,
    inventory,
    policy: {
      claimStrategy: 'atomic',
      holdMillis: defaults.holdSeconds * SECOND,
      seatsPerBuyer: defaults.seatsPerBuyer,
      admissionMode: 'open',
      ...policy,
    },
    seriesId: input.series_id ?? null,
    unnumberedPrice: input.price === undefined ? 0 : moneyOf(input.price),
  };
}

export function eventChange(patch: EventPatch): EventChange {
  const policy = policyOf(patch);
  return {
    ...(patch.event_name !== undefined && { name: patch.event_name }),
    ...(patch.event_date !== undefined && { startsAt: parseDateTime(patch.event_date) }),
    ...(patch.venue_name !== undefined && { venue: patch.venue_name }),
    ...(patch.status !== undefined && { status: patch.status }),
    ...(patch.sale_start_time !== undefined && { saleOpensAt: optionalTime(patch.sale_start_time) ?? null }),
    ...(patch.series_id !== undefined && { seriesId: patch.series_id }),
    policy,
  };
}

function policyOf(given: EventInput | EventPatch): Partial<EventPolicy> {
  return {
    ...(given.claim_strategy !== undefined && { claimStrategy: given.claim_strategy }),
    ...(given.hold_seconds !== undefined && { holdMillis: given.hold_seconds * SECOND }),
    ...(given.max_seats_per_user !== undefined && { seatsPerBuyer: given.max_seats_per_user }),
    ...(given.cancellation_deadline !== undefined && {
      cancellationDeadline: optionalTime(given.cancellation_deadline) ?? null,
    }),
    ...(given.admission?.mode !== undefined && { admissionMode: given.admission.mode }),
    ...(given.admission !== undefined && { admission: admissionOf(given.admission) }),
  };
}

function admissionOf(given: AdmissionSettings): Partial<AdmissionTerms> {
  const { lanes } = given;
  const weight = (lane: 'high' | 'normal' | 'low') => lanes?.[lane]?.weight ?? admissionTerms().weights[lane];
  const opensAt = optionalTime(given.opens_at);
  return {
    ...(opensAt !== undefined && { opensAt }),
    ...(given.rate_per_second !== undefined && { ratePerSecond: given.rate_per_second }),
    ...(given.burst !== undefined && { burst: given.burst }),
    ...(given.active_max !== undefined && { activeMax: given.active_max }),
    ...(given.session_seconds !== undefined && { sessionMillis: given.session_seconds * SECOND }),
    ...(given.absent_seconds !== undefined && { absentMillis: given.absent_seconds * SECOND }),
    ...(lanes && { weights: { high: weight('high'), normal: weight('normal'), low: weight('low') } }),
    ...(given.queue_max !== undefined && { queueMax: given.queue_max }),
    ...(given.when_lost !== undefined && { whenLost: given.when_lost }),
    ...(given.inventory_aware !== undefined && { inventoryAware: given.inventory_aware }),
    ...(given.beacon_source !== undefined && { beaconSource: given.beacon_source }),
  };
}

function admissionView({ admissionMode, admission }: EventPolicy): AdmissionView {
  if (admissionMode !== 'waiting_room') return { mode: admissionMode };
  const terms = admissionTerms(admission);
  const { high, normal, low } = terms.weights;
  return {
    mode: admissionMode,
    opens_at: formatOptionalDateTime(terms.opensAt),
    rate_per_second: terms.ratePerSecond,
    burst: terms.burst,
    active_max: terms.activeMax,
    session_seconds: terms.sessionMillis / SECOND,
    absent_seconds: terms.absentMillis / SECOND,
    lanes: { high: { weight: high }, normal: { weight: normal }, low: { weight: low } },
    queue_max: terms.queueMax,
    when_lost: terms.whenLost,
    inventory_aware: terms.inventoryAware,
    beacon_source: terms.beaconSource,
  };
}

function optionalTime(text: string | null | undefined): number | null | undefined {
  return text === null || text === undefined ? text : parseDateTime(text);
}

export function seatDraft(input: SeatInput): SeatDraft {
  return {
    number: input.seat_number,
    section: input.section ?? null,
    row: input.row_number ?? null,
    type: input.seat_type ?? 'REGULAR',
    price: moneyOf(input.price),
    x: input.x ?? null,
    y: input.y ?? null,
    blocked: input.status === 'BLOCKED',
  };
}

/** A seat just as it was made, whatever has become of it: a repeated request gets the same answer. */
export function newSeatView(seat: CatalogSeat): SeatView {
  return seatView(seat.eventId, seat, seat.blocked ? 'BLOCKED' : 'AVAILABLE');
}
