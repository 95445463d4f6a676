import { Unavailable } from '../../../core/unavailable.ts';

/**
 * A row whose contents the server takes into no table, for instance a text longer than its column. Definite: nothing was
 * written, and the same row would be refused again, whoever shares a transaction with it.
 */
export class UnfitRow extends Unavailable {
  override name = 'UnfitRow';
}
