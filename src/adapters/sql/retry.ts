/** How often a transaction is tried that the server broke off so that another could go on. */
const TRIES = 6;
const FIRST_PAUSE_MILLIS = 5;

/**
 * Tries again, after a pause that grows and is different each time, while `isPassing` says that another try may go
 * well. What is thrown last is thrown on.
 */
export async function retried<R>(
  attempt: () => Promise<R>,
  isPassing: (error: unknown) => boolean,
): Promise<R> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === TRIES || !isPassing(error)) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, FIRST_PAUSE_MILLIS * 2 ** tries * Math.random());
      });
    }
  }
}
