/** The share of claims that come back is believed to be this before any has ended. */
const BELIEF = { returned: 1, ended: 10 };

/** Who has a claim on which seat of an event, sold ones too, and how often claims come back. */
export class ClaimTally {
  /** People who have what they came for, or are about to. */
  readonly claimants = new Map<string, number>();
  readonly #ownerOf = new Map<number, string | undefined>();
  #returned = 0;
  #ended = 0;

  /** Of the seats as they were read; a move that was announced meanwhile is newer. */
  begin(seatId: number, userId: string | undefined): void {
    if (!this.#ownerOf.has(seatId)) this.#own(seatId, userId);
  }

  moved(seatId: number, userId: string | undefined, { sold }: { sold: boolean }): void {
    const wasClaimed = this.#ownerOf.get(seatId) !== undefined;
    if (wasClaimed && (sold || userId === undefined)) {
      this.#ended++;
      if (!sold) this.#returned++;
    }
    this.#own(seatId, userId);
  }

  /** Of the claims that have ended, how many gave their seat back. */
  get returningShare(): number {
    return (this.#returned + BELIEF.returned) / (this.#ended + BELIEF.ended);
  }

  #own(seatId: number, userId: string | undefined): void {
    const before = this.#ownerOf.get(seatId);
    this.#ownerOf.set(seatId, userId);
    if (before === userId) return;
    if (userId !== undefined) this.claimants.set(userId, (this.claimants.get(userId) ?? 0) + 1);
    if (before === undefined) return;
    const left = (this.claimants.get(before) ?? 1) - 1;
    if (left > 0) this.claimants.set(before, left);
    else this.claimants.delete(before);
  }
}
