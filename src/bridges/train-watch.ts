import { Audience } from '../core/audience.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { Watching } from '../waitlist/watching.ts';

/** Who watches passengers: told when a place in the line moves, and when a seat of theirs does. */
export class PassengerWatch {
  readonly #line: Watching;
  readonly #byUser = new Audience<string, () => void>();

  constructor(line: Watching) {
    this.#line = line;
  }

  watch(eventId: Promise<number>, userId: string, tell: () => void): () => void {
    let leaveLine: (() => void) | undefined;
    let stopped = false;
    eventId.then(
      (known) => {
        if (!stopped) leaveLine = this.#line.watch(known, userId, tell);
      },
      // The train cannot be had now: whoever watches is told as soon as a seat of his moves.
      onlyUnavailable,
    );
    const leaveUser = this.#byUser.join(userId, tell);
    return () => {
      stopped = true;
      leaveLine?.();
      leaveUser();
    };
  }

  moved(userId: string): void {
    for (const tell of this.#byUser.of(userId)) tell();
  }
}
