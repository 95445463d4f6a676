const PREFIX = 'onrush.waitlist.';

/** Whether the buyer waits at an event is asked of the server only where he may: most visitors never wait. */
export function waitingMark(eventId: number, userId: string) {
  const name = `${PREFIX}${eventId} ${userId}`;
  return {
    isSet: () => localStorage.getItem(name) !== null,
    set: () => localStorage.setItem(name, 'waits'),
    remove: () => localStorage.removeItem(name),
  };
}
