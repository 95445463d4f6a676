import type { Database, Row, SqlConnection } from '../adapters/sql/database.ts';
import { orderTraces } from '../adapters/sql/orders/order-traces.ts';
import type { EventBus, Message } from '../core/message.ts';
import type { StepFacts, Tracer } from '../core/tracer.ts';
import type { OrderNeeds } from '../order/needs.ts';
import type { Payments } from '../order/ports/payments.ts';
import type { Seats } from '../order/ports/seats.ts';
import type { PaymentProvider } from '../payment/ports/payment-provider.ts';
import type { Seats as RequestedSeats } from '../request-queue/ports/seats.ts';
import type { SeatCommand } from '../reservation/command.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Mailer } from '../ticket/ports/mailer.ts';

type Called = Readonly<Record<string, unknown>>;

/**
 * The same port, with each of the named methods as a step of a trace. Only made where there is a tracer: elsewhere ports
 * are used as they are, and neither they nor the slices know that they could be watched.
 */
function withSteps<Port extends object>(
  port: Port,
  tracer: Tracer,
  steps: { readonly [Method in keyof Port]?: string | ((called: never) => string) },
  facts: (called: Called) => StepFacts,
): Port {
  const known = new Map<PropertyKey, unknown>();
  const stepOf = (name: PropertyKey, method: (...asked: unknown[]) => unknown): unknown => {
    const step = steps[name as keyof Port] as string | ((called: Called) => string) | undefined;
    if (step === undefined) return method.bind(port);
    return (...asked: unknown[]) => {
      const called = asked[0] as Called;
      const title = typeof step === 'string' ? step : step(called);
      return tracer.step(title, () => method.apply(port, asked) as Promise<unknown>, facts(called));
    };
  };
  return new Proxy(port, {
    get(_port, name) {
      const value: unknown = Reflect.get(port, name, port);
      if (typeof value !== 'function') return value;
      if (!known.has(name)) known.set(name, stepOf(name, value as (...asked: unknown[]) => unknown));
      return known.get(name);
    },
  });
}

/** The named ones among the fields of what was asked for. */
const fieldsOf =
  (fields: Readonly<Record<string, string>>) =>
  (called: Called): StepFacts =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, field]) => {
        const value = called[field];
        return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
      }),
    );

export function tracedSeatStore<Store extends SeatStore>(store: Store, tracer: Tracer): Store {
  const execute = ({ type }: SeatCommand) => `seats ${type}`;
  const steps = { execute } as Parameters<typeof withSteps<Store>>[2];
  return withSteps(store, tracer, steps, fieldsOf({ 'event.id': 'eventId' }));
}

export function tracedSeats(seats: Seats, tracer: Tracer): Seats {
  return withSteps(
    seats,
    tracer,
    {
      beginPayment: 'order begins payment',
      sell: 'order sells seats',
      endPayment: 'order ends payment',
      returnSale: 'order returns seats',
    },
    fieldsOf({ 'order.id': 'orderId', 'event.id': 'eventId' }),
  );
}

export function tracedPayments(payments: Payments, tracer: Tracer): Payments {
  return withSteps(
    payments,
    tracer,
    {
      lookUp: 'payment look up',
      authorize: 'payment authorize',
      captureAlong: 'payment capture',
      void: 'payment void',
      refund: 'payment refund',
      refundPart: 'payment refund a part',
    },
    fieldsOf({ 'order.id': 'orderId', 'attempt.id': 'attemptId' }),
  );
}

export function tracedProvider(provider: PaymentProvider, tracer: Tracer): PaymentProvider {
  const step = (what: string) => `${provider.name} ${what}`;
  return withSteps(
    provider,
    tracer,
    {
      authorize: step('authorize'),
      capture: step('capture'),
      void: step('void'),
      refund: step('refund'),
      find: step('find'),
    },
    fieldsOf({ 'attempt.id': 'attemptId' }),
  );
}

/** A request that waited is held for in a trace of its own: whoever was accepted last may have woken its worker. */
export function tracedRequests(seats: RequestedSeats, tracer: Tracer): RequestedSeats {
  return {
    refusalOf: (...asked) => seats.refusalOf(...asked),
    taken: (requests) => seats.taken(requests),
    hold: (request, until) =>
      tracer.continued(undefined, 'request held for', () => seats.hold(request, until), {
        'event.id': request.eventId,
      }),
  };
}

/** A message goes on under the place of its publishing, so that whoever takes it comes after it in the trace. */
export function tracedBus(bus: EventBus, tracer: Tracer): EventBus {
  return {
    async publish(messages) {
      const outgoing = [...messages];
      let publish = () => {};
      const published = new Promise<void>((resolve, reject) => {
        publish = () => void bus.publish(outgoing).then(resolve, reject);
      });
      const steps = messages.map((message, index) => {
        const from = message.headers?.traceparent;
        if (from === undefined) return published;
        return tracer.continued(from, `publish ${message.topic}`, () => {
          const traceparent = tracer.here() ?? from;
          outgoing[index] = { ...message, headers: { traceparent } };
          return published;
        });
      });
      publish();
      await Promise.all(steps);
    },
    subscribe(topic, consumer, handle, options) {
      const traced = (message: Message) =>
        tracer.continued(message.headers?.traceparent, `${consumer} takes ${topic}`, async () =>
          handle(message),
        );
      bus.subscribe(topic, consumer, traced, options);
    },
  };
}

/** An order that is driven on without its buyer goes on with the trace that last had to do with it. */
export function tracedAlone(
  database: Pick<Database, 'query'>,
  tracer: Tracer,
  alone: OrderNeeds['alone'],
): NonNullable<OrderNeeds['alone']> {
  const traces = orderTraces(database);
  return async (orderId, task) => {
    const run = () => (alone ? alone(orderId, task) : task());
    if (tracer.here() !== undefined) return run();
    return tracer.continued(await traces.ofOrder(orderId), 'order driven on', run, { 'order.id': orderId });
  };
}

export function tracedMailer(mailer: Mailer, database: Pick<Database, 'query'>, tracer: Tracer): Mailer {
  const traces = orderTraces(database);
  return {
    async send(letter) {
      const from = await traces.ofReference(letter.letterId);
      return tracer.continued(from, 'mail tickets', () => mailer.send(letter));
    },
  };
}

/** Whose writes a transaction carries: the place in the trace of each commit, by its first row. */
const CARRIED = new WeakMap<Row, string>();

/** A commit is a step of its own trace; the transaction that it shares with others is a trace that links to all of them. */
export function tracedDatabase(database: Database, tracer: Tracer): Database {
  const noted: Database['commit'] = (writes) => {
    const place = tracer.here();
    const [first] = writes;
    if (first && place !== undefined) CARRIED.set(first.row, place);
    return database.commit(writes);
  };
  const commit: Database['commit'] = (writes) =>
    tracer.step('ledger commit', () => noted(writes), { rows: writes.length });
  return new Proxy(database, {
    get(_database, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(database, name, database);
      return typeof value === 'function' ? value.bind(database) : value;
    },
  });
}

export function tracedConnection(connection: SqlConnection, tracer: Tracer): SqlConnection {
  return {
    ...connection,
    transact(runs) {
      const places = runs.flatMap(({ rows }) => rows.flatMap((row) => CARRIED.get(row) ?? []));
      if (places.length === 0) return connection.transact(runs);
      return tracer.forAll(places, 'ledger transaction', () => connection.transact(runs));
    },
  };
}
