import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../../src/contract/waiting-room.ts';
import { PendingNotice } from '../../features/checkout/pending-notice.tsx';
import { useBelongings } from '../../features/checkout/use-belongings.ts';
import { useSessionEnd } from '../../features/waiting-room/use-session-end.ts';
import { WaitingRoom } from '../../features/waiting-room/waiting-room.tsx';
import { announce } from '../../lib/announce.ts';
import { type EventDetail, eventKey } from '../../lib/api/events.ts';
import { forgetSaleSession, keepSaleSession, useSaleSession } from '../../lib/sale-session.ts';
import { parseServerTime } from '../../lib/server-clock.ts';
import { Notice } from '../../ui/notice.tsx';

interface SaleDoorProps {
  readonly event: EventDetail;
  readonly children: ReactNode;
}

/** Shows the sale to whoever may take part in it, and the waiting room to whoever may not yet, or not any more. */
export function SaleDoor({ event, children }: SaleDoorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const eventId = event.event_id;
  const session = useSaleSession(eventId);
  const wasInside = session?.state === 'over';
  const [isBack, setBack] = useState(false);
  const inside = useRef<HTMLDivElement>(null);
  const hasWaited = useRef(false);
  useSessionEnd(eventId);
  const onInside = useCallback(
    ({ session: token, expires_at }: SessionView) => {
      keepSaleSession(eventId, token, parseServerTime(expires_at));
      setBack(wasInside);
      announce(wasInside ? t('room.insideAgain') : t('room.inside'));
    },
    [eventId, wasInside, t],
  );
  const onOpenSale = useCallback(() => {
    forgetSaleSession(eventId);
    void queries.invalidateQueries({ queryKey: eventKey(eventId) });
  }, [eventId, queries]);
  // Where the organiser wants it so, a room that cannot be asked keeps nobody out.
  const [isLetBy, setLetBy] = useState(false);
  const letsBy = event.admission.when_lost === 'open';
  const onLost = useCallback(() => {
    if (!letsBy) return;
    forgetSaleSession(eventId);
    setLetBy(true);
  }, [eventId, letsBy]);
  const isOutside = session ? session.state === 'over' : event.admission.mode === 'waiting_room' && !isLetBy;
  useEffect(() => {
    if (!isOutside && hasWaited.current) inside.current?.focus();
    hasWaited.current = isOutside;
  }, [isOutside]);
  if (!isOutside) {
    return (
      <div ref={inside} tabIndex={-1} className="grid gap-4 outline-none">
        {isBack && <Notice tone="notice" title={t('room.insideAgain')} />}
        {children}
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      <WaitingRoom
        eventId={eventId}
        cameBack={session?.state === 'over' ? session.why : undefined}
        onInside={onInside}
        onOpenSale={onOpenSale}
        onLost={onLost}
      />
      {session && <Kept eventId={eventId} />}
    </div>
  );
}

/** What the buyer has of the sale that he is no longer in. */
function Kept({ eventId }: { readonly eventId: number }) {
  const { t } = useTranslation();
  const { holding, pending } = useBelongings(eventId);
  return (
    <>
      {holding && <Notice tone="notice" title={t('room.holds')} />}
      {pending.map((booking) => (
        <PendingNotice key={booking.booking_id} booking={booking} />
      ))}
    </>
  );
}
