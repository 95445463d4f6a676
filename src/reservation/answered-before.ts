import { type CommandKey, type CommandRecord, sameReply } from '../core/command.ts';
import type { Refusal } from '../core/refusal.ts';
import type { HoldHistory } from './ports/hold-history.ts';

export interface AnsweredBeforeNeeds {
  /**
   * The answer to a command on an event, if any node has given one, however lately; absent where the log that `Once` reads
   * has each answer before it is given.
   */
  answered?: (eventId: number, id: string) => Promise<CommandRecord | undefined>;
  history: Pick<HoldHistory, 'hold'>;
}

/** Who asks again for what another node answered a moment ago is told the same, though it is not in the log yet. */
export class AnsweredBefore {
  readonly #needs: AnsweredBeforeNeeds;

  constructor(needs: AnsweredBeforeNeeds) {
    this.#needs = needs;
  }

  /** For a refusal about which the seats' authority was not asked, which knows for itself what it answered. */
  async or<R>(eventId: number, key: CommandKey | undefined, refusal: Refusal): Promise<R | Refusal> {
    const record = key && (await this.#needs.answered?.(eventId, key.id));
    return record ? sameReply<R>(record, key) : refusal;
  }

  /** What was said under this key when holds were given back of which only some, or none, are live any more. */
  async released(
    holdIds: readonly number[],
    live: readonly (readonly [eventId: number, holdIds: readonly number[]])[],
    key: CommandKey,
  ): Promise<{ released: number } | Refusal | undefined> {
    const { answered, history } = this.#needs;
    const areLive = new Set(live.flatMap(([, ofEvent]) => ofEvent));
    for (const holdId of answered ? new Set(holdIds) : []) {
      const ended = areLive.has(holdId) ? undefined : await history.hold(holdId);
      const record = ended && (await answered?.(ended.eventId, key.id));
      if (record) return sameReply(record, key);
    }
    return undefined;
  }
}
