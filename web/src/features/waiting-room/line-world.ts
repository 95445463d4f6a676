import type { LineFrame, SessionView, StandingView } from '../../../../src/contract/waiting-room.ts';

export interface LineStreamHandlers {
  onFrame(frame: LineFrame): void;
  /** The stream ended, for whatever reason. Nothing follows. */
  onClose(): void;
}

/** What a browser keeps of a place, over reloads. */
export interface KeptPlace {
  readonly receipt: string;
  readonly place: number | null;
  /** How many were ahead when the place was first seen. */
  readonly from: number | undefined;
}

/** The outside world, so that the rules of waiting can be tested without one. Requests reject with ApiError. */
export interface LineWorld {
  join(receipt: string | undefined): Promise<StandingView>;
  look(): Promise<StandingView>;
  enter(entryToken: string): Promise<SessionView>;
  showSignOfLife(): Promise<void>;
  leave(): Promise<void>;
  /** The function it returns closes the stream without calling back. */
  openStream(handlers: LineStreamHandlers): () => void;
  keptPlace(): KeptPlace | undefined;
  keepPlace(place: KeptPlace | undefined): void;
  /** Calls back after some milliseconds, unless cancelled by the function returned. */
  later(run: () => void, ms: number): () => void;
  /** 0 to 1. */
  dice(): number;
}

/** Why somebody who was inside is here again; see lib/sale-session.ts. */
export type CameBack = 'refused' | 'unused';

/** What becomes of those who wait. */
export interface LineEnds {
  onInside(entered: SessionView): void;
  /** The sale has no waiting room any more. */
  onOpenSale(): void;
  /** The room cannot be asked at the moment. Waiting goes on. */
  onLost(): void;
}
