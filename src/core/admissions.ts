import { type Admission, REPEATED } from './admission.ts';
import type { CommandKey, CommandLog } from './command.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/**
 * Decides whether a buyer may take part in the sale of an event at this moment. http asks it on every state-changing
 * sale route; the waiting room answers for events that have one. The key is that of the command he would give.
 */
export interface Admissions {
  admit(
    eventId: number,
    userId: string,
    session: string | undefined,
    key?: CommandKey,
  ): Admission | Refusal | Promise<Admission | Refusal>;
}

/**
 * The same, but who asks again for what was answered is let through whatever became of his session: nothing new comes of
 * it, since the answer is in the log.
 */
export function admittingRepeats(admissions: Admissions, log: CommandLog): Admissions {
  const orRepeat = async (refusal: Refusal, key: CommandKey): Promise<Admission | Refusal> =>
    (await log.find(key.id)) ? REPEATED : refusal;
  return {
    admit(eventId, userId, session, key) {
      const given = admissions.admit(eventId, userId, session);
      if (key === undefined) return given;
      if (given instanceof Promise)
        return given.then((late) => (isRefusal(late) ? orRepeat(late, key) : late));
      return isRefusal(given) ? orRepeat(given, key) : given;
    },
  };
}
