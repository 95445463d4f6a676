import { Unavailable } from './unavailable.ts';

/** Definite: the back end was not even asked, because it is known to be in trouble or to have enough to do. */
export class NotAsked extends Unavailable {
  override name = 'NotAsked';
}
