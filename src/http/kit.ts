import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { RefusalCode } from '../core/refusal.ts';
import type { AccessLog, Log } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { RequestMeter } from '../telemetry/request-meter.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { Access, Principal } from './identity/identity.ts';
import type { Limits } from './limits/shared-limits.ts';
import type { Shedding } from './limits/shedding.ts';
import type { Stalls } from './limits/stalls.ts';
import type { StreamDoor } from './streams/stream-door.ts';

/** The server on which every slice declares its routes, typed by their typebox schemas. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the pieces of the server share; reached from a request as `request.server.kit`. */
export interface HttpKit {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly accessLog: AccessLog;
  readonly metrics: Metrics;
  /** Undefined where nothing is traced. */
  readonly traces: Traces | undefined;
  readonly access: Access;
  readonly limits: Limits;
  readonly shedding: Shedding;
  readonly stalls: Stalls;
  readonly streams: StreamDoor;
  /** Which servers the sale stands on, and whether they answer; none for a process on its own. */
  readonly health: (() => Promise<{ name: string; isUp: boolean; canWait?: true }[]>) | undefined;
  /** Whether the process is being stopped: it answers on, but nobody shall be sent here any more. */
  readonly drain: { begun: boolean };
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly kit: HttpKit;
  }
  interface FastifyRequest {
    /** 32 hex digits, the caller's own when it sent a trace (W3C or B3). */
    readonly traceId: string;
    /** Undefined when the request names nobody. */
    principal: Principal | undefined;
    /** Where this request is counted; undefined only before its route is known. */
    meter: RequestMeter | undefined;
    /** Why the answer is a no; undefined before that, and where it is none. */
    refusedWith: RefusalCode | undefined;
    /** `performance.now()` at arrival. */
    startedAt: number;
  }
  interface FastifyContextConfig {
    /** A route of the crowd: its successes are counted, and only one in many of them is logged. */
    hot?: boolean;
    /** For operators: neither rate limits nor shedding. */
    unlimited?: boolean;
  }
}
