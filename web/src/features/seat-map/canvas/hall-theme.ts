/** The colours of the hall, from the page's custom properties, so that light and dark are decided in one place. */
export interface HallTheme {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly section: string;
  readonly line: string;
  readonly held: string;
  readonly gone: string;
  readonly chosen: string;
  readonly own: string;
  /** What is written on a filled mark. */
  readonly onMark: string;
  readonly tiers: readonly string[];
}

export const TIER_COLOURS = 6;

export function readHallTheme(element: Element): HallTheme {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    background: colour('hall-floor'),
    ink: colour('ink'),
    muted: colour('ink-muted'),
    section: colour('hall-section'),
    line: colour('line'),
    held: colour('hall-held'),
    gone: colour('hall-gone'),
    chosen: colour('hall-chosen'),
    own: colour('hall-own'),
    onMark: colour('hall-on-mark'),
    tiers: Array.from({ length: TIER_COLOURS }, (_, tier) => colour(`hall-tier-${tier + 1}`)),
  };
}
