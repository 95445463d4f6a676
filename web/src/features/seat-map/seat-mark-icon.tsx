import type { ReactNode } from 'react';
import type { SeatLook } from './seat-status.ts';

const TIERS = [
  'fill-hall-tier-1',
  'fill-hall-tier-2',
  'fill-hall-tier-3',
  'fill-hall-tier-4',
  'fill-hall-tier-5',
  'fill-hall-tier-6',
];

interface SeatMarkIconProps {
  readonly look: SeatLook;
  readonly tier?: number;
}

/** The same shapes as on the canvas (canvas/seat-mark.ts), for the legend and the list. */
export function SeatMarkIcon({ look, tier = 0 }: SeatMarkIconProps) {
  const shapes: Record<SeatLook, ReactNode> = {
    AVAILABLE: <circle cx="8" cy="8" r="6.5" className={TIERS[tier] ?? 'fill-ink'} />,
    RESERVED: (
      <g className="fill-none stroke-2 stroke-hall-held" strokeLinecap="round">
        <circle cx="8" cy="8" r="5.5" />
        <path d="M5.5 8h5" />
      </g>
    ),
    BOOKED: (
      <path d="m4.5 4.5 7 7m0-7-7 7" className="fill-none stroke-2 stroke-hall-gone" strokeLinecap="round" />
    ),
    BLOCKED: <path d="M5 8h6" className="fill-none stroke-2 stroke-hall-gone" strokeLinecap="round" />,
    chosen: (
      <g>
        <rect x="1.5" y="1.5" width="13" height="13" rx="2.5" className="fill-hall-chosen" />
        <path
          d="m5 8.2 2.2 2.3L11.2 6"
          className="fill-none stroke-2 stroke-hall-on-mark"
          strokeLinecap="round"
        />
      </g>
    ),
    own: <path d="m8 .8 7.2 7.2L8 15.2.8 8z" className="fill-hall-own" />,
  };
  return (
    <svg viewBox="0 0 16 16" className="size-4 shrink-0" aria-hidden="true">
      {shapes[look]}
    </svg>
  );
}
