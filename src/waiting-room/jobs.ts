import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { PlaceStreams } from './place-streams.ts';
import type { Rooms } from './ports/rooms.ts';
import type { WaitingRoomService } from './service.ts';

/** Every room is attended to at least this often. */
const ATTEND_EVERY: Millis = 250;
/** A machine's timers are no finer. */
const SHORTEST: Millis = 2;

/**
 * Lets people in: at least four times a second, and sooner where the rate has the next one come sooner. One round at a
 * time; what a room cannot do now, because its authority is away, is tried again next time.
 */
export function keepLettingIn(
  service: Pick<WaitingRoomService, 'attend'>,
  rooms: Pick<Rooms, 'gated'>,
  clock: Clock,
): () => void {
  let cancel: (() => void) | undefined;
  let stopped = false;
  const round = async () => {
    const latest = clock.now() + ATTEND_EVERY;
    const attended = rooms.gated().map((eventId) => service.attend(eventId).catch(onlyUnavailable));
    const next = Math.min(latest, ...(await Promise.all(attended)).filter((at) => at !== undefined));
    if (!stopped) cancel = clock.after(Math.max(SHORTEST, next - clock.now()), () => void round());
  };
  cancel = clock.after(ATTEND_EVERY, () => void round());
  return () => {
    stopped = true;
    cancel?.();
  };
}

const BEAT: Millis = SECOND;

/** Tells those who watch that the line lives, and the line that they do. */
export function keepWatching<F>(streams: PlaceStreams<F>, clock: Clock): () => void {
  let cancel: (() => void) | undefined;
  let stopped = false;
  const beat = async () => {
    await streams.beat().catch(onlyUnavailable);
    if (!stopped) cancel = clock.after(BEAT, () => void beat());
  };
  cancel = clock.after(BEAT, () => void beat());
  return () => {
    stopped = true;
    cancel?.();
  };
}
