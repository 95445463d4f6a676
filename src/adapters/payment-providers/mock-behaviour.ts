import type { Millis } from '../../core/clock.ts';
import { SECOND } from '../../core/clock.ts';

/** What the mock provider can be told to do with a payment. */
export const MOCK_BEHAVIOURS = [
  'approve',
  'decline',
  'decline_capture',
  'slow',
  'timeout',
  'charge_then_error',
  'late_success',
] as const;
export type MockBehaviour = (typeof MOCK_BEHAVIOURS)[number];

/** What becomes of a request to the mock. */
export interface MockConduct {
  /** Beside the delay that is configured. */
  extraMillis: Millis;
  declines: boolean;
  /** The request is lost on its way: nothing happens and nobody answers. */
  lost: boolean;
  /** The request has its effect, and then an error is answered, or nothing at all. */
  afterwards: 'answer' | 'error' | 'silence';
}

const APPROVES: MockConduct = { extraMillis: 0, declines: false, lost: false, afterwards: 'answer' };
const SLOW_MILLIS = 3 * SECOND;

/** Test cards: the numbers of Stripe's documentation where it has one with this meaning. */
const CARDS: Readonly<Record<string, MockBehaviour>> = {
  '4242424242424242': 'approve',
  '4000000000000002': 'decline',
  '4000000000009995': 'decline',
  '4000000000000341': 'decline_capture',
  '4000000000000077': 'slow',
  '4000000000000119': 'timeout',
  '4000000000000127': 'charge_then_error',
  '4000000000000259': 'late_success',
};

/**
 * A payment id such as `mock_decline`, `mock_decline:7` or a test card's number, with or without spaces, says how the
 * payment goes; any other id says nothing.
 */
export function behaviourOf(method: string): MockBehaviour | undefined {
  const card = CARDS[method.replaceAll(/[ -]/g, '')];
  if (card) return card;
  const [, named] = /^mock_([a-z_]+)(?::.*)?$/.exec(method) ?? [];
  return MOCK_BEHAVIOURS.find((each) => each === named);
}

/** How a behaviour treats the `nth` request of a kind for a payment, counted from 1. */
export function conductOf(
  behaviour: MockBehaviour,
  call: 'authorize' | 'capture' | 'other',
  nth: number,
): MockConduct {
  const first = nth === 1;
  switch (behaviour) {
    case 'approve':
      return APPROVES;
    case 'decline':
      return { ...APPROVES, declines: call === 'authorize' };
    case 'decline_capture':
      return { ...APPROVES, declines: call === 'capture' };
    case 'slow':
      return { ...APPROVES, extraMillis: SLOW_MILLIS };
    case 'timeout':
      return { ...APPROVES, lost: call === 'authorize' };
    case 'charge_then_error':
      return { ...APPROVES, afterwards: first && call === 'capture' ? 'error' : 'answer' };
    case 'late_success':
      return { ...APPROVES, afterwards: first && call === 'authorize' ? 'silence' : 'answer' };
  }
}
