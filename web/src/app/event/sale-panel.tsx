import { HoldPanel } from '../../features/checkout/hold-panel.tsx';
import { PartyForm } from '../../features/checkout/party-form.tsx';
import { PendingNotice } from '../../features/checkout/pending-notice.tsx';
import { RaceNotice } from '../../features/checkout/race-notice.tsx';
import type { Belongings } from '../../features/checkout/use-belongings.ts';
import type { Hall } from '../../features/seat-map/hall.ts';
import { FREE } from '../../features/seat-map/seat-status.ts';
import { WaitlistPanel } from '../../features/waitlist/waitlist-panel.tsx';
import type { EventDetail } from '../../lib/api/events.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useChoiceStore } from './choice-store.ts';
import { SaleNote } from './sale-note.tsx';
import type { usePurchase } from './use-purchase.ts';

interface SalePanelProps {
  readonly event: EventDetail;
  readonly hall: Hall | undefined;
  readonly belongings: Belongings;
  readonly purchase: ReturnType<typeof usePurchase>;
  readonly isOpen: boolean;
  /** After each answer about a place in the line for seats that come back. */
  readonly onWaitlistAnswer: () => void;
}

/** In the order of urgency: the state of the sale, what is held, what must be paid, what was lost, what to ask for. */
export function SalePanel(props: SalePanelProps) {
  const { event, hall, belongings, purchase, isOpen, onWaitlistAnswer } = props;
  const { partySize, setPartySize } = useChoiceStore();
  const { event_id: eventId, currency, max_seats_per_user: most } = event;
  const { holding, pending } = belongings;
  const isSoldOut = isOpen && isNothingFree(event, hall);
  const size = Math.min(partySize, most);
  return (
    <>
      <SaleNote event={event} hall={hall} holdsSome={holding !== undefined} />
      {holding && (
        <HoldPanel eventId={eventId} currency={currency} holding={holding} onEnd={purchase.dismissRace} />
      )}
      {pending.map((booking) => (
        <PendingNotice key={booking.booking_id} booking={booking} />
      ))}
      {purchase.race && (
        <RaceNotice
          race={purchase.race}
          currency={currency}
          isBusy={purchase.isBusy}
          onTake={(lines) => purchase.take({ seatIds: lines.map(({ seatId }) => seatId) })}
          onDismiss={purchase.dismissRace}
        />
      )}
      <ErrorNotice error={purchase.error} />
      {isOpen && (
        <WaitlistPanel
          eventId={eventId}
          isSoldOut={isSoldOut}
          holdsSome={holding !== undefined}
          partySize={size}
          most={most}
          onPartySize={setPartySize}
          onAnswer={onWaitlistAnswer}
        />
      )}
      {isOpen && !isSoldOut && (
        <PartyForm
          sections={hall?.sections ?? []}
          partySize={size}
          most={most}
          isBusy={purchase.isBusy}
          onPartySize={setPartySize}
          onFind={purchase.take}
        />
      )}
    </>
  );
}

/** The live map knows at once; unnumbered seats are on no map. */
function isNothingFree(event: EventDetail, hall: Hall | undefined): boolean {
  if (!hall) return false;
  return hall.count > 0 ? hall.totals[FREE] === 0 : event.available_seat_count === 0;
}
