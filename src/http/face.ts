import type { FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Refusal } from '../core/refusal.ts';
import type { ErrorAnswer } from './answers/refusals.ts';

/** How the clients of an edition are spoken to, where their words differ from the house's. */
export interface Face {
  /** For the document, where a refusal has fields that the house's has not. */
  readonly errorBody?: TSchema & { $id: string };
  /** What they read in a refusal. The common fields stand beside it, unless it has others of the same name. */
  wordsFor(said: HouseAnswer): { status?: number; fields: Readonly<Record<string, unknown>> };
}

/** What the house would answer with. */
interface HouseAnswer {
  refusal: Refusal;
  answer: ErrorAnswer;
  status: number;
  request: Pick<FastifyRequest, 'url' | 'headers'>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of an edition's routes. */
    face?: Face;
  }
}
