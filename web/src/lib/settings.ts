/** Whether this shop sends mail: the program says so in the page itself. */
export function mailsTickets(): boolean {
  return document.querySelector('meta[name="onrush-mail"][content="on"]') !== null;
}
