/**
 * before: entrants gather, the draw is to come. opening: who takes part in the draw is fixed, its beacon is awaited.
 * open: people are let in. paused: nobody is let in. drained: nobody may join any more, who waits is let in. closed:
 * nobody joins, nobody is let in.
 */
export type Phase = 'before' | 'opening' | 'open' | 'paused' | 'drained' | 'closed';

export type PhaseMove = 'open' | 'pause' | 'resume' | 'drain' | 'close';

/** What the organiser may ask for; opening becomes open by itself, when the draw is done. */
const MOVES: Readonly<Record<Phase, Partial<Record<PhaseMove, Phase>>>> = {
  before: { open: 'opening', close: 'closed' },
  opening: { open: 'opening', close: 'closed' },
  open: { open: 'open', pause: 'paused', resume: 'open', drain: 'drained', close: 'closed' },
  paused: { open: 'open', pause: 'paused', resume: 'open', drain: 'drained', close: 'closed' },
  drained: { open: 'open', pause: 'paused', resume: 'open', drain: 'drained', close: 'closed' },
  closed: { open: 'open', close: 'closed' },
};

/** Where a move leads; undefined when it may not be made. A room that never drew must draw before it opens. */
export function phaseAfter(phase: Phase, move: PhaseMove, { drawn }: { drawn: boolean }): Phase | undefined {
  const to = MOVES[phase][move];
  return to === 'open' && !drawn ? 'opening' : to;
}

export function mayJoin(phase: Phase): boolean {
  return phase !== 'drained' && phase !== 'closed';
}

export function letsIn(phase: Phase): boolean {
  return phase === 'open' || phase === 'drained';
}
