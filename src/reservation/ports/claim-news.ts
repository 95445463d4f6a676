import type { SeatMove } from '../claims.ts';

/** What a node hears of claims that another node decided in the ledger's rows. */
export interface ClaimNewsListener {
  /**
   * Moves of one event, after they were committed. Nodes overtake each other: of two moves of a seat the one with the
   * larger number stands.
   */
  moved(eventId: number, epoch: number, moves: readonly SeatMove[]): void;
  /** The rows were made anew or have grown under this epoch; in the present epoch: some moves were not told. */
  reloaded(eventId: number, epoch: number): void;
  /** What was told lately may have been missed, of any event. */
  missed(): void;
}

/** Tells the other nodes what this one did to claims that are decided in the ledger's rows. Never throws and never waits. */
export interface ClaimNews {
  /** What cannot be told now is made up for, as soon as it can, by `reloaded` in the same epoch. */
  moved(eventId: number, epoch: number, moves: readonly SeatMove[]): void;
  reloaded(eventId: number, epoch: number): void;
  /** The result ends it. What this node says itself is not heard. */
  listen(listener: ClaimNewsListener): () => void;
}
