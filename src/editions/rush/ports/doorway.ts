import type { Admission } from '../../../core/admission.ts';
import type { Millis } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/refusal.ts';

/** Who comes in, and who is inside. Its names are this edition's tokens: `{event_id}:{uuid4}`. */
export interface Doorway {
  /** Inside under a name at once, or in line; coming again answers the same. */
  come(
    eventId: number,
    visitor: { userId: string; lane: 'normal' },
  ): Promise<{ name: string } | { position: number; pollMillis: Millis } | Refusal>;
  /** Refused with SESSION_INVALID when nobody is inside under the name. */
  inside(eventId: number, name: string): Promise<{ userId: string; admission: Admission } | Refusal>;
  leave(eventId: number, userId: string): Promise<Refusal | undefined>;
}
