import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoicePanel } from '../../features/checkout/choice-panel.tsx';
import { useBelongings } from '../../features/checkout/use-belongings.ts';
import { useLostHold } from '../../features/checkout/use-lost-hold.ts';
import { SeatMap } from '../../features/seat-map/seat-map.tsx';
import { type LiveHallView, useLiveHall } from '../../features/seat-map/use-live-hall.ts';
import type { EventDetail } from '../../lib/api/events.ts';
import { useIdentity } from '../../lib/identity.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { LiveLine } from './live-line.tsx';
import { SalePanel } from './sale-panel.tsx';
import { useChoice } from './use-choice.ts';
import { usePurchase } from './use-purchase.ts';

/** The page to buy on: party size first, then the map and its list, and beside them what is chosen and what is held. */
export function Sale({ event }: { readonly event: EventDetail }) {
  const { t } = useTranslation();
  const eventId = event.event_id;
  const live = useLiveHall(
    eventId,
    useIdentity((identity) => identity.userId),
  );
  const { hall, revision } = live;
  const belongings = useBelongings(eventId);
  const { own } = belongings;
  const choice = useChoice({ eventId, hall, own, most: event.max_seats_per_user });
  const purchase = usePurchase({ eventId, hall, revision, own, choice });
  const lostHold = useLostHold(eventId, hall?.epoch);
  // A sold-out event sells again by itself when a seat comes back.
  const isOpen = event.status === 'ON_SALE' || event.status === 'SOLD_OUT';
  const [waitlistAnswers, setWaitlistAnswers] = useState(0);
  const panel = useFocusOn(purchase.answers + waitlistAnswers);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
      <section
        ref={panel}
        tabIndex={-1}
        aria-label={t('sale.panel')}
        className="grid scroll-mt-4 gap-4 outline-none lg:col-start-2"
      >
        {lostHold.isLost && (
          <Notice tone="bad" role="alert" title={t('hold.lost')}>
            <Button kind="secondary" className="justify-self-start" onClick={lostHold.dismiss}>
              {t('app.close')}
            </Button>
          </Notice>
        )}
        <SalePanel
          event={event}
          hall={hall}
          belongings={belongings}
          purchase={purchase}
          isOpen={isOpen}
          onWaitlistAnswer={() => setWaitlistAnswers((count) => count + 1)}
        />
      </section>
      <div className="grid min-w-0 gap-4 lg:col-start-1 lg:row-span-2 lg:row-start-1">
        <LiveLine live={live} />
        <HallView live={live} choice={choice} />
      </div>
      {choice.lines.length > 0 && isOpen && (
        <div className="max-lg:sticky max-lg:bottom-2 lg:sticky lg:top-4 lg:col-start-2">
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

interface HallViewProps {
  readonly live: LiveHallView;
  readonly choice: ReturnType<typeof useChoice>;
}

function HallView({ live, choice }: HallViewProps) {
  const { t } = useTranslation();
  const { hall, revision, error, onSeats } = live;
  if (!hall) return error ? <ErrorNotice error={error} /> : <Loading />;
  if (hall.count === 0) return <Notice title={t('map.none')} />;
  return (
    <SeatMap hall={hall} revision={revision} onSeats={onSeats} marks={choice.marks} onSeat={choice.press} />
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
