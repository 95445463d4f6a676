import { unreachable } from '../../core/assert.ts';
import type { Millis } from '../../core/clock.ts';
import type { Claims } from '../claims.ts';
import type { SeatCommand, SeatReplies } from '../command.ts';
import { blockSeats } from './block.ts';
import type { Decision, NextHoldId } from './decision.ts';
import { holdBest, holdSeats } from './hold.ts';
import { extendHold, releaseHolds } from './hold-end.ts';
import { beginPayment, endPayment, returnSale, sellSeats } from './sale.ts';

/**
 * The rules of the sale: what a command does to the seats of its event at a moment. Reads the state, changes nothing.
 * Holds that are over must have been expired before (see expireDue), so a live hold is one that has time left.
 */
export function decide(
  claims: Claims,
  command: SeatCommand,
  now: Millis,
  nextHoldId: NextHoldId,
): Decision<SeatReplies[keyof SeatReplies]> {
  switch (command.type) {
    case 'hold_seats':
      return holdSeats(claims, command, now, nextHoldId);
    case 'hold_best':
      return holdBest(claims, command, now, nextHoldId);
    case 'extend_hold':
      return extendHold(claims, command, now);
    case 'release_holds':
      return releaseHolds(claims, command, now);
    case 'begin_payment':
      return beginPayment(claims, command, now);
    case 'end_payment':
      return endPayment(claims, command, now);
    case 'sell_seats':
      return sellSeats(claims, command, now, nextHoldId);
    case 'return_sale':
      return returnSale(claims, command, now);
    case 'block_seats':
    case 'unblock_seats':
      return blockSeats(claims, command, now);
    default:
      return unreachable(command);
  }
}
