import { setTimeout as delay } from 'node:timers/promises';
import type { StandingView } from '../../../src/contract/waiting-room.ts';
import { type Answer, type Client, clientOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { roomOf } from '../waiting-line.ts';
import type { Site } from './site.ts';

const LOOK_EVERY_MILLIS = 100;

/** Everybody comes at once, to whichever node answers, and looks again and again how he stands. */
export class Rush {
  /** What no person in line may ever see. */
  readonly violations: string[] = [];
  readonly refusals: { status: number; retryAfter: number }[] = [];
  readonly #eventId: number;
  readonly #doors: readonly Client[];
  readonly #people: Promise<void>[];
  readonly #placed = new Set<string>();
  readonly #ready = new Set<string>();
  #isOver = false;

  constructor(site: Site, eventId: number, people: number) {
    this.#eventId = eventId;
    this.#doors = site.nodes.map((node) => clientOf(node));
    this.#people = Array.from({ length: people }, (_, at) => this.#person(`rusher ${at}`, at));
  }

  /** People who were called. */
  get ready(): number {
    return this.#ready.size;
  }

  /** Resolves when so many were called in all. */
  async called(people: number): Promise<void> {
    await eventually(
      () => this.#ready.size,
      (ready) => ready >= people,
    );
  }

  /** Sends everybody home, once each has had a place: whoever asked a node that was away may have none yet. */
  async over(): Promise<void> {
    try {
      await eventually(() => this.#placed.size, this.#people.length);
    } finally {
      this.#isOver = true;
      await Promise.all(this.#people);
    }
  }

  async #person(userId: string, turn: number): Promise<void> {
    let before: StandingView | undefined;
    for (let look = turn; !this.#isOver; look++) {
      const door = this.#doors[look % this.#doors.length] as Client;
      const standing = await this.#look(door.as(userId), before === undefined);
      if (standing) {
        if (before) this.#compare(userId, before, standing);
        before = standing;
        this.#placed.add(userId);
        if (standing.status === 'READY') this.#ready.add(userId);
      }
      await delay(LOOK_EVERY_MILLIS);
    }
  }

  async #look(self: Client, isNew: boolean): Promise<StandingView | undefined> {
    const path = roomOf(this.#eventId);
    const asked = isNew ? self.post<StandingView>(`${path}/join`) : self.get<StandingView>(`${path}/status`);
    // A node that was killed answers nothing.
    const answer: Answer<StandingView> | undefined = await asked.catch(() => undefined);
    if (!answer) return undefined;
    if (answer.status === 200) return answer.body;
    this.refusals.push({ status: answer.status, retryAfter: Number(answer.headers['retry-after'] ?? 0) });
    if (answer.status !== 503) this.violations.push(`refused with ${answer.status}: ${answer.text}`);
    return undefined;
  }

  #compare(userId: string, before: StandingView, now: StandingView): void {
    if (now.place !== before.place) {
      this.violations.push(`${userId} had place ${before.place}, and now ${now.place}`);
    }
    if ((now.ahead ?? 0) > (before.ahead ?? 0)) {
      this.violations.push(`${userId} had ${before.ahead} before him, and now ${now.ahead}`);
    }
    if (before.status === 'READY' && now.status === 'WAITING') {
      this.violations.push(`${userId} was called, and now waits`);
    }
  }
}
