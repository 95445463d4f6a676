const PREFIX = 'onrush.action.';

/**
 * The Idempotency-Key of one action of the buyer ("hold 12: 345,346"). It stays the same through retries and reloads
 * until the action has a definite answer, so that asking twice never takes effect twice.
 */
export function actionKey(action: string): string {
  const name = PREFIX + action;
  const kept = sessionStorage.getItem(name);
  if (kept) return kept;
  const key = crypto.randomUUID();
  sessionStorage.setItem(name, key);
  return key;
}

/** The action was answered: doing the same again is a new action. */
export function settleAction(action: string): void {
  sessionStorage.removeItem(PREFIX + action);
}
