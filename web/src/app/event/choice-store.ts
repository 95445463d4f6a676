import { create } from 'zustand';

interface ChoiceState {
  readonly partySize: number;
  /** Seat ids chosen by hand and not held yet, per event. Survives a look at another page. */
  readonly chosen: Readonly<Record<number, readonly number[]>>;
  setPartySize(partySize: number): void;
  choose(eventId: number, seatIds: readonly number[]): void;
}

export const useChoiceStore = create<ChoiceState>()((set) => ({
  partySize: 2,
  chosen: {},
  setPartySize: (partySize) => set({ partySize }),
  choose: (eventId, seatIds) => set(({ chosen }) => ({ chosen: { ...chosen, [eventId]: seatIds } })),
}));
