/** Why buyers were told no, or nothing. Only the last three are failures of the server. */
export type FailureClass =
  | 'outrun'
  | 'tooLate'
  | 'money'
  | 'slowDown'
  | 'otherRefusal'
  | 'serverError'
  | 'noAnswer'
  | 'unexpected';

const OF_CODE: readonly [RegExp, FailureClass][] = [
  [/^(SEATS?_|NO_ADJACENT|SALE_NOT_OPEN|SEAT_LIMIT)/, 'outrun'],
  [/^(RESERVATION_|PAYMENT_DEADLINE|BOOKING_NOT)/, 'tooLate'],
  [/^PAYMENT_/, 'money'],
  [/^(RATE_LIMITED|HOLD_CHURN|IDEMPOTENCY_IN_FLIGHT|QUEUE_FULL|REQUEST_LIMIT|ROOM_FULL)/, 'slowDown'],
];

/** Refusals by their code, errors as `classify` names them. */
export function failuresByClass({
  refusals,
  errors,
}: {
  refusals: Readonly<Record<string, number>>;
  errors: Readonly<Record<string, number>>;
}): Partial<Record<FailureClass, number>> {
  const counts: Partial<Record<FailureClass, number>> = {};
  const count = (name: FailureClass, more: number) => {
    counts[name] = (counts[name] ?? 0) + more;
  };
  for (const [code, times] of Object.entries(refusals))
    count(OF_CODE.find(([pattern]) => pattern.test(code))?.[1] ?? 'otherRefusal', times);
  for (const [error, times] of Object.entries(errors)) count(classOfError(error), times);
  return counts;
}

function classOfError(error: string): FailureClass {
  if (/^5\d\d /.test(error)) return 'serverError';
  return /^\d/.test(error) ? 'unexpected' : 'noAnswer';
}
