import { useEffect, useState } from 'react';
import { serverNow } from '../lib/server-clock.ts';

interface CountdownProps {
  /** Milliseconds since 1970 by the server's clock. */
  readonly endsAt: number;
  readonly label: string;
  readonly onMinuteLeft?: () => void;
  readonly onEnd: () => void;
}

const MINUTE_MS = 60_000;
/** After the end by our reckoning, give the server's sweep a moment before asking. */
const GRACE_MS = 700;

/** Minutes and seconds until the end. Announces nothing by itself: a voice that counts seconds is no help. */
export function Countdown({ endsAt, label, onMinuteLeft, onEnd }: CountdownProps) {
  const left = useTimeLeft(endsAt);
  const isLastMinute = left > 0 && left <= MINUTE_MS;
  useOnce(isLastMinute, onMinuteLeft);
  useOnce(left < -GRACE_MS, onEnd);
  return (
    <div className="flex items-baseline justify-between gap-3">
      <span className="text-ink-muted text-sm">{label}</span>
      <span
        role="timer"
        aria-label={label}
        className={`font-bold text-2xl tabular-nums ${isLastMinute ? 'text-accent' : ''}`}
      >
        {clockFace(left)}
      </span>
    </div>
  );
}

function useTimeLeft(endsAt: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 250);
    return () => clearInterval(timer);
  }, []);
  return endsAt - now;
}

/** Calls when the condition becomes true, and again only after it was false. */
function useOnce(condition: boolean, call: (() => void) | undefined): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another callback is no new occasion.
  useEffect(() => {
    if (condition) call?.();
  }, [condition]);
}

function clockFace(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
