const NUMBER = /^[1-9]\d{0,14}$/;

/** A user on the wire: a number, as all users of this edition are; whoever bought through another face stays text. */
export function wireUserId(userId: string): number | string {
  return NUMBER.test(userId) ? Number(userId) : userId;
}
