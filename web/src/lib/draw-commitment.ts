const PREFIX = 'onrush.commitment.';

/**
 * What the house committed itself to before the opening, as this browser saw it first: a house that says something else
 * afterwards is found out.
 */
export function keepCommitment(eventId: number, commitment: string): void {
  const name = PREFIX + eventId;
  if (localStorage.getItem(name) === null) localStorage.setItem(name, commitment);
}

export function keptCommitment(eventId: number): string | undefined {
  return localStorage.getItem(PREFIX + eventId) ?? undefined;
}
