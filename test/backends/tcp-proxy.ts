import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a program and a server, and makes the way bad. */
export interface TcpProxy {
  readonly port: number;
  /** What is under way and what comes later takes so much longer, in each direction. */
  delay(millis: number): void;
  /** Breaks the connection whose client says this, as soon as the server answers it: the answer is lost. */
  cutAfter(text: string): void;
  /** Breaks the connection whose client says this, and passes nothing on. */
  cutBefore(text: string): void;
  /** Resolves when a cut has happened. */
  readonly cut: Promise<void>;
  /** Keeps connections and passes nothing on, in either direction, until `heal`. */
  freeze(): void;
  /** Breaks every connection and refuses new ones, until `heal`. */
  stop(): void;
  heal(): void;
  close(): Promise<void>;
}

/** Words are looked for as the client writes them: both protocols send statements as they are. */
export async function tcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const way = new Way(target);
  const server = createServer((client) => way.take(client));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    delay: (millis) => way.delay(millis),
    cutAfter: (text) => way.cutAt(text, 'after'),
    cutBefore: (text) => way.cutAt(text, 'before'),
    get cut() {
      return way.cut;
    },
    freeze: () => way.freeze(),
    stop: () => way.stop(),
    heal: () => way.heal(),
    async close() {
      way.stop();
      server.close();
      await once(server, 'close');
    },
  };
}

class Way {
  cut: Promise<void> = Promise.resolve();
  readonly #target: { host: string; port: number };
  /** Clients that are cut off when the server answers what they said, and whom to tell of it. */
  readonly #deaf = new WeakMap<Socket, () => void>();
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #delayMillis = 0;
  #cutting: { text: string; when: 'before' | 'after'; done: () => void } | undefined;
  #isStopped = false;
  #frozen: Promise<void> | undefined;
  #thaw: () => void = () => undefined;

  constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  delay(millis: number): void {
    this.#delayMillis = millis;
  }

  cutAt(text: string, when: 'before' | 'after'): void {
    this.cut = new Promise((done) => {
      this.#cutting = { text, when, done };
    });
  }

  freeze(): void {
    this.#frozen = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#thaw();
    for (const pair of this.#pairs) breakOff(pair);
  }

  heal(): void {
    this.#isStopped = false;
    this.#delayMillis = 0;
    this.#cutting = undefined;
    this.#frozen = undefined;
    this.#thaw();
  }

  take(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#isStopped) {
      client.destroy();
      return;
    }
    const server = connect(this.#target);
    server.on('error', () => undefined);
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const end of pair) {
      end.setNoDelay(true);
      end.on('close', () => {
        breakOff(pair);
        this.#pairs.delete(pair);
      });
    }
    // One piece after the other in each direction, so that nothing is overtaken.
    let up = Promise.resolve();
    let down = Promise.resolve();
    client.on('data', (piece) => {
      up = up.then(() => this.#up(pair, piece));
    });
    server.on('data', (piece) => {
      const isCut = this.#deaf.get(client);
      if (!isCut) {
        down = down.then(() => this.#pass(client, piece));
        return;
      }
      breakOff(pair);
      isCut();
    });
  }

  async #up(pair: readonly [Socket, Socket], piece: Buffer): Promise<void> {
    const cutting = this.#cutting?.text && piece.includes(this.#cutting.text) ? this.#cutting : undefined;
    if (!cutting) {
      await this.#pass(pair[1], piece);
      return;
    }
    this.#cutting = undefined;
    if (cutting.when === 'after') {
      this.#deaf.set(pair[0], cutting.done);
      await this.#pass(pair[1], piece);
      return;
    }
    breakOff(pair);
    cutting.done();
  }

  async #pass(to: Socket, piece: Buffer): Promise<void> {
    if (this.#delayMillis > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMillis));
    await this.#frozen;
    if (to.writable) to.write(piece);
  }
}

function breakOff([client, server]: readonly [Socket, Socket]): void {
  client.destroy();
  server.destroy();
}
