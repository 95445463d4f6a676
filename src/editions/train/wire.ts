import { Value } from 'typebox/value';
import { formatDateTime } from '../../contract/date-time.ts';
import { TrainInput, type TrainReserved, type TrainStatus } from '../../contract/train.ts';
import { isRefusal } from '../../core/refusal.ts';
import { userPrincipal } from '../../http/identity/identity.ts';
import type { Reserved, Standing } from './ports/train.ts';

export function reservedView(userId: string, reserved: Reserved): TrainReserved {
  if (reserved.is === 'reserved')
    return { status: reserved.already ? 'already_reserved' : 'reserved', user_id: userId };
  const { position, already } = reserved;
  return { status: already ? 'already_in_queue' : 'queued', position, user_id: userId };
}

export function statusView(userId: string, standing: Standing): TrainStatus {
  if (standing.is === 'reserved') return { status: 'reserved', user_id: userId };
  if (standing.is === 'nobody') return { status: 'not_found', user_id: userId };
  const { position, acceptBy } = standing;
  return {
    status: 'in_queue' as const,
    position,
    user_id: userId,
    ...(acceptBy !== null && { accept_by: formatDateTime(acceptBy) }),
  };
}

export function positionFrame(userId: string, standing: Standing): string {
  return JSON.stringify({ type: 'position', ...statusView(userId, standing) });
}

/** Whom a message asks for: there, nobody would hear of a name that the server makes, so it must have one. */
export function passengerIn(body: unknown): string | undefined {
  const named = Value.Check(TrainInput, body) ? namedUser(body.user_id) : undefined;
  const principal = named === undefined ? undefined : userPrincipal(named);
  return principal === undefined || isRefusal(principal) ? undefined : principal.userId;
}

/** A name as it is sent, undefined for none: null and "" are none, a number is its text. */
export function namedUser(named: string | number | null | undefined): string | undefined {
  return named === undefined || named === null || named === '' ? undefined : String(named);
}
