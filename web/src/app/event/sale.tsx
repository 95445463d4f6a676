import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoicePanel } from '../../features/checkout/choice-panel.tsx';
import { HoldPanel } from '../../features/checkout/hold-panel.tsx';
import { PartyForm } from '../../features/checkout/party-form.tsx';
import { PendingNotice } from '../../features/checkout/pending-notice.tsx';
import { RaceNotice } from '../../features/checkout/race-notice.tsx';
import { useBelongings } from '../../features/checkout/use-belongings.ts';
import { SeatMap } from '../../features/seat-map/seat-map.tsx';
import { useLiveHall } from '../../features/seat-map/use-live-hall.ts';
import type { EventDetail } from '../../lib/api/events.ts';
import { useIdentity } from '../../lib/identity.ts';
import type { SeatLine } from '../../lib/seat-line.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useChoiceStore } from './choice-store.ts';
import { LiveLine } from './live-line.tsx';
import { SaleNote } from './sale-note.tsx';
import { useChoice } from './use-choice.ts';
import { usePurchase } from './use-purchase.ts';

const idsOf = (lines: readonly SeatLine[]) => lines.map(({ seatId }) => seatId);

/** The page to buy on: party size first, then the map and its list, and beside them what is chosen and what is held. */
export function Sale({ event }: { readonly event: EventDetail }) {
  const { t } = useTranslation();
  const eventId = event.event_id;
  const { partySize, setPartySize } = useChoiceStore();
  const live = useLiveHall(
    eventId,
    useIdentity((identity) => identity.userId),
  );
  const { hall, revision } = live;
  const { holding, pending, own } = useBelongings(eventId);
  const most = event.max_seats_per_user;
  const choice = useChoice({ eventId, hall, own, most });
  const purchase = usePurchase({ eventId, hall, revision, own, choice });
  const panel = useFocusOn(purchase.answers);
  const isOpen = event.status === 'ON_SALE' || event.status === 'SOLD_OUT';
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
      <section
        ref={panel}
        tabIndex={-1}
        aria-label={t('sale.panel')}
        className="grid scroll-mt-4 gap-4 outline-none lg:col-start-2"
      >
        <SaleNote event={event} hall={hall} holdsSome={holding !== undefined} />
        {holding && (
          <HoldPanel
            eventId={eventId}
            currency={event.currency}
            holding={holding}
            onEnd={purchase.dismissRace}
          />
        )}
        {pending.map((booking) => (
          <PendingNotice key={booking.booking_id} booking={booking} />
        ))}
        {purchase.race && (
          <RaceNotice
            race={purchase.race}
            currency={event.currency}
            isBusy={purchase.isBusy}
            onTake={(lines) => purchase.take({ seatIds: idsOf(lines) })}
            onDismiss={purchase.dismissRace}
          />
        )}
        <ErrorNotice error={purchase.error} />
        {isOpen && (
          <PartyForm
            sections={hall?.sections ?? []}
            partySize={Math.min(partySize, most)}
            most={most}
            isBusy={purchase.isBusy}
            onPartySize={setPartySize}
            onFind={purchase.take}
          />
        )}
      </section>
      <div className="grid min-w-0 gap-4 lg:col-start-1 lg:row-span-2 lg:row-start-1">
        <LiveLine live={live} />
        {!hall && (live.error ? <ErrorNotice error={live.error} /> : <Loading />)}
        {hall?.count === 0 && <Notice title={t('map.none')} />}
        {hall && hall.count > 0 && (
          <SeatMap
            hall={hall}
            revision={revision}
            onSeats={live.onSeats}
            marks={choice.marks}
            onSeat={choice.press}
          />
        )}
      </div>
      {choice.lines.length > 0 && isOpen && (
        <div className="max-lg:sticky max-lg:bottom-2 lg:col-start-2 lg:sticky lg:top-4">
          <ChoicePanel
            lines={choice.lines}
            currency={event.currency}
            isBusy={purchase.isBusy}
            onHold={() => purchase.take({ seatIds: choice.seatIds })}
            onClear={() => choice.replace([])}
            onRemove={choice.remove}
          />
        </div>
      )}
    </div>
  );
}

/** After each answer to the buyer's asking, the focus (and on a phone the view) goes to where the answer stands. */
function useFocusOn(answers: number): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (answers > 0) element.current?.focus();
  }, [answers]);
  return element;
}
