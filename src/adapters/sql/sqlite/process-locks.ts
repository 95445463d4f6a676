import type { SqlConnection } from '../database.ts';

/** Locks of one process, for a ledger that no other process can open. Nobody is waited for. */
export function processLocks(): SqlConnection['lock'] {
  const held = new Set<string>();
  return async (name) => {
    if (held.has(name)) return undefined;
    held.add(name);
    return {
      isHeld: true,
      release: async () => {
        held.delete(name);
      },
    };
  };
}
