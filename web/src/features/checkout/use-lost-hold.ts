import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../lib/announce.ts';
import { bookingsKey } from '../../lib/api/bookings.ts';
import { type ReservationView, reservationsKey } from '../../lib/api/reservations.ts';
import { useIdentity } from '../../lib/identity.ts';
import { parseServerTime, serverNow } from '../../lib/server-clock.ts';

/**
 * The seats were read anew under another epoch. That happens when the house lost what it had in memory, and a hold of the
 * last moment may be lost with it: what the buyer held is asked for, and he is told when it is not there any more.
 */
export function useLostHold(eventId: number, epoch: number | undefined) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const known = useRef(epoch);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const before = known.current;
    known.current = epoch;
    if (before === undefined || epoch === undefined || epoch === before) return;
    const held = () =>
      (queries.getQueryData<ReservationView[]>(reservationsKey(userId)) ?? []).filter(
        (each) => each.event_id === eventId && parseServerTime(each.expires_at) > serverNow(),
      );
    const had = held().map(({ reservation_id }) => reservation_id);
    if (had.length === 0) return;
    const asking = [reservationsKey(userId), bookingsKey(userId)].map((queryKey) =>
      queries.refetchQueries({ queryKey }, { throwOnError: true }),
    );
    void Promise.all(asking).then(
      () => {
        const has = new Set(held().map(({ reservation_id }) => reservation_id));
        // What he has just given back himself is no loss.
        if (queries.isMutating() > 0 || had.every((id) => has.has(id))) return;
        setLost(true);
        announce(t('hold.lost'));
      },
      // It is asked again in a while, and then what is not there is not shown.
      () => undefined,
    );
  }, [eventId, epoch, queries, userId, t]);
  return { isLost, dismiss: () => setLost(false) };
}
