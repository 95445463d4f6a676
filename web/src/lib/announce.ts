import { create } from 'zustand';

interface Announcement {
  readonly text: string;
  /** Grows, so that the same words said twice are read twice. */
  readonly turn: number;
}

export const useAnnouncement = create<Announcement>()(() => ({ text: '', turn: 0 }));

/** Says something to screen readers, politely. Shown by ui/announcer. */
export function announce(text: string): void {
  useAnnouncement.setState(({ turn }) => ({ text, turn: turn + 1 }));
}
