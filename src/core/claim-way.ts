/** How two claims on one seat are kept apart where its row in the ledger has them. On one event these may mix. */
export type ClaimWay = 'distributed_lock' | 'pessimistic' | 'optimistic';
