import { useAnnouncement } from '../lib/announce.ts';

/** The one polite live region. The turn makes the same words new. */
export function Announcer() {
  const { text, turn } = useAnnouncement();
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only" data-testid="announcer">
      <p key={turn}>{text}</p>
    </div>
  );
}
