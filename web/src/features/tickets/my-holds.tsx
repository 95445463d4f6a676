import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useEvent } from '../../lib/api/events.ts';
import { type ReservationView, reservationsKey, useReservations } from '../../lib/api/reservations.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useIdentity } from '../../lib/identity.ts';
import { lineOfSeat } from '../../lib/seat-line.ts';
import { parseServerTime } from '../../lib/server-clock.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Loading } from '../../ui/loading.tsx';
import { SeatLines } from '../../ui/seat-lines.tsx';

/** The buyer's holds, together per event. What can be done with them is on the event's page. */
export function MyHolds() {
  const { t } = useTranslation();
  const { data, error, refetch } = useReservations();
  if (!data) return error ? <ErrorNotice error={error} onRetry={refetch} /> : <Loading />;
  const byEvent = groupByEvent(data);
  if (byEvent.size === 0) return <p className="text-ink-muted">{t('mine.noHolds')}</p>;
  return (
    <ul className="grid gap-4 lg:grid-cols-2">
      {[...byEvent].map(([eventId, reservations]) => (
        <li key={eventId}>
          <HeldEvent eventId={eventId} reservations={reservations} />
        </li>
      ))}
    </ul>
  );
}

function groupByEvent(reservations: readonly ReservationView[]): Map<number, ReservationView[]> {
  const byEvent = new Map<number, ReservationView[]>();
  for (const reservation of reservations) {
    const group = byEvent.get(reservation.event_id);
    if (group) group.push(reservation);
    else byEvent.set(reservation.event_id, [reservation]);
  }
  return byEvent;
}

interface HeldEventProps {
  readonly eventId: number;
  readonly reservations: readonly ReservationView[];
}

function HeldEvent({ eventId, reservations }: HeldEventProps) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const event = useEvent(eventId).data;
  const endsAt = Math.min(...reservations.map(({ expires_at }) => parseServerTime(expires_at)));
  return (
    <article className="grid gap-3 rounded-2xl border-2 border-hall-own bg-raised p-5">
      <h3 className="font-bold text-lg">{event?.event_name ?? t('mine.event', { id: eventId })}</h3>
      {event && <p className="text-ink-muted">{formatDateTime(event.event_date, i18n.language)}</p>}
      <Countdown
        key={endsAt}
        endsAt={endsAt}
        label={t('hold.timeLeft')}
        onEnd={() => queries.invalidateQueries({ queryKey: reservationsKey(userId) })}
      />
      {event && (
        <SeatLines
          lines={reservations.flatMap(({ seats }) => seats.map(lineOfSeat))}
          currency={event.currency}
        />
      )}
      <Link to={`/events/${eventId}`} className={buttonClass()}>
        {t('mine.toEvent')}
      </Link>
    </article>
  );
}
