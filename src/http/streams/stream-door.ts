import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { type Clock, DAY, SECOND } from '../../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type Principal, requireSameUser, userPrincipal } from '../identity/identity.ts';
import type { CloseReason } from './stream-socket.ts';
import type { StreamTickets } from './stream-tickets.ts';

/** Leave to open one stream. Without a principal the stream may only show what everybody may see. */
export interface StreamPass {
  readonly principal: Principal | undefined;
  /** Whose streams are counted together. */
  readonly account: string;
}

/** What the door asks of an open stream. */
export interface OpenStream {
  /** Every 15 seconds: show the client that the stream lives, or end one whose client does not. */
  beat(): void;
  close(reason: CloseReason): void;
}

const BEAT_MILLIS = 15 * SECOND;

/** Whoever is known may only be named by his own name. */
const unlessOther = (sender: Principal, named: Principal | undefined): Principal | Refusal =>
  (named && requireSameUser(sender, named.userId)) ?? sender;

/** Decides who may open a stream and keeps the open ones: their number, their heartbeat, their end. */
export class StreamDoor {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #tickets: StreamTickets;
  readonly #open = new Set<OpenStream>();
  readonly #perAccount = new Map<string, number>();
  #cancelBeat: (() => void) | undefined;
  #closed = false;

  constructor(config: Config, clock: Clock, tickets: StreamTickets) {
    this.#config = config;
    this.#clock = clock;
    this.#tickets = tickets;
  }

  get openStreams(): number {
    return this.#open.size;
  }

  /**
   * Checks origin, identity (header, `?user_id=`, `?ticket=`) and the limits. Uses the ticket up, so call it once. Only who
   * shows a ticket has to wait; rejects with Unavailable when it cannot be looked up. `inPath` is the user whom the path of
   * the stream names: in header mode it says who opens it, where nothing else does.
   */
  admit(
    request: FastifyRequest,
    { inPath }: { inPath?: string } = {},
  ): StreamPass | Refusal | Promise<StreamPass | Refusal> {
    if (!this.#isOriginAllowed(request)) return refuse('ORIGIN_NOT_ALLOWED');
    if (this.#isFull()) return refuse('BUSY', {}, { retryAfterSeconds: 5 });
    const principal = this.#principalOf(request, inPath);
    return principal instanceof Promise
      ? principal.then((known) => this.#passFor(known))
      : this.#passFor(principal);
  }

  #isFull(): boolean {
    return this.#closed || this.#open.size >= this.#config.streams.max;
  }

  #passFor(principal: Principal | undefined | Refusal): StreamPass | Refusal {
    if (isRefusal(principal)) return principal;
    // While a ticket was looked up, the last place may have gone.
    if (this.#isFull()) return refuse('BUSY', {}, { retryAfterSeconds: 5 });
    const account = principal ? `user ${principal.userId}` : 'nobody';
    // Strangers are only bounded together: a hall of them may sit behind one address.
    const count = principal ? (this.#perAccount.get(account) ?? 0) : 0;
    if (count >= this.#config.streams.perUser) return refuse('RATE_LIMITED', {}, { retryAfterSeconds: 5 });
    return { principal, account };
  }

  /** Counts a stream that was opened with a pass. Call the result when it has ended. */
  enter(pass: StreamPass, stream: OpenStream): () => void {
    this.#open.add(stream);
    this.#perAccount.set(pass.account, (this.#perAccount.get(pass.account) ?? 0) + 1);
    this.#cancelBeat ??= this.#clock.after(BEAT_MILLIS, () => this.#beat());
    const cancelExpiry = this.#expire(pass.principal?.expiresAt, stream);
    return () => {
      if (!this.#open.delete(stream)) return;
      cancelExpiry?.();
      const left = (this.#perAccount.get(pass.account) ?? 1) - 1;
      if (left > 0) this.#perAccount.set(pass.account, left);
      else this.#perAccount.delete(pass.account);
    };
  }

  /** Ends every stream and lets nobody in any more. */
  shut(): void {
    this.#closed = true;
    this.#cancelBeat?.();
    for (const stream of [...this.#open]) stream.close('shutdown');
  }

  #isOriginAllowed({ headers }: FastifyRequest): boolean {
    const { origin } = headers;
    if (origin === undefined || this.#config.streams.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === headers.host;
  }

  #principalOf(
    { principal: sender, query }: FastifyRequest,
    inPath: string | undefined,
  ): Principal | undefined | Refusal | Promise<Principal | Refusal> {
    const { user_id, ticket } = query as { user_id?: unknown; ticket?: unknown };
    const inQuery = typeof user_id === 'string' ? userPrincipal(user_id) : undefined;
    if (isRefusal(inQuery)) return inQuery;
    if (this.#config.identity.mode === 'jwt' && !sender)
      return typeof ticket === 'string' ? this.#redeemed(ticket, inQuery) : undefined;
    if (sender) return unlessOther(sender, inQuery);
    return inQuery ?? (inPath === undefined ? undefined : userPrincipal(inPath));
  }

  async #redeemed(ticket: string, named: Principal | undefined): Promise<Principal | Refusal> {
    const principal = await this.#tickets.redeem(ticket);
    return principal
      ? unlessOther(principal, named)
      : refuse('IDENTITY_REQUIRED', { header: 'Authorization' });
  }

  #expire(expiresAt: number | undefined, stream: OpenStream): (() => void) | undefined {
    if (expiresAt === undefined) return undefined;
    // Timers overflow past 24 days; no stream lives that long, so a day's end is as good.
    return this.#clock.after(Math.min(expiresAt - this.#clock.now(), DAY), () => stream.close('expired'));
  }

  #beat(): void {
    this.#cancelBeat = this.#open.size === 0 ? undefined : this.#clock.after(BEAT_MILLIS, () => this.#beat());
    for (const stream of this.#open) stream.beat();
  }
}
