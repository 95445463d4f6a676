import { useEffect, useState, useSyncExternalStore } from 'react';
import { enterSale, joinLine, leaveLine, lookAtLine, showSignOfLife } from '../../lib/api/waiting-room.ts';
import { AT_THE_DOOR, type LineState } from './line-state.ts';
import { openLineStream } from './line-stream.ts';
import { LineWatch } from './line-watch.ts';
import type { CameBack, LineEnds, LineWorld } from './line-world.ts';
import { placeMemory } from './place-memory.ts';

export interface LineView {
  readonly state: LineState;
  readonly join: () => void;
  readonly leave: () => void;
  readonly hurry: () => void;
}

const never = () => () => {};

interface LineWish extends LineEnds {
  readonly eventId: number;
  readonly userId: string;
  /** Undefined for who has not been inside. */
  readonly cameBack: CameBack | undefined;
}

/**
 * The buyer's place in the line of an event, taken when the component is shown and watched while it is. Whose session ran
 * out unused may have gone away: he takes no place from others unless he asks for one.
 */
export function useLine({ eventId, userId, cameBack, onInside, onOpenSale, onLost }: LineWish): LineView {
  const [watch, setWatch] = useState<LineWatch>();
  useEffect(() => {
    const first = cameBack === 'unused' ? 'ask' : 'join';
    const opened = new LineWatch(worldOf(eventId, userId), { onInside, onOpenSale, onLost }, first);
    setWatch(opened);
    const see = () => opened.setVisible(document.visibilityState);
    const hurry = () => opened.hurry();
    document.addEventListener('visibilitychange', see);
    window.addEventListener('online', hurry);
    return () => {
      document.removeEventListener('visibilitychange', see);
      window.removeEventListener('online', hurry);
      opened.close();
      setWatch(undefined);
    };
  }, [eventId, userId, cameBack, onInside, onOpenSale, onLost]);
  const state = useSyncExternalStore(watch?.subscribe ?? never, watch?.state ?? (() => AT_THE_DOOR));
  return {
    state,
    join: () => void watch?.join(),
    leave: () => void watch?.leave(),
    hurry: () => watch?.hurry(),
  };
}

function worldOf(eventId: number, userId: string): LineWorld {
  const memory = placeMemory(eventId, userId);
  return {
    join: (receipt) => joinLine(eventId, receipt),
    look: () => lookAtLine(eventId),
    enter: (entryToken) => enterSale(eventId, entryToken),
    showSignOfLife: () => showSignOfLife(eventId),
    leave: () => leaveLine(eventId),
    openStream: (handlers) => openLineStream(eventId, userId, handlers),
    keptPlace: memory.read,
    keepPlace: memory.keep,
    later(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    dice: Math.random,
  };
}
