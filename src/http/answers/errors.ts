import type { ErrorObject } from 'ajv';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { InvalidPart, validationRefusal } from '../bodies/validation.ts';
import { SECURITY } from '../documents/openapi.ts';
import { identityRequired } from '../identity/identity.ts';
import { requireOrganiser } from '../identity/organiser.ts';
import { sendRefusal } from './refusals.ts';
import { Refused } from './refused.ts';

/** What the framework itself refuses. Anything else with a status below 500 is a request nobody understands. */
const FRAMEWORK_REFUSALS: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: refuse('UNSUPPORTED_MEDIA_TYPE'),
  FST_ERR_CTP_BODY_TOO_LARGE: refuse('BODY_TOO_LARGE'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: refuse('BAD_REQUEST'),
  FST_ERR_BAD_URL: refuse('BAD_REQUEST'),
  FST_ERR_MAX_PARAM_LENGTH: refuse('NOT_FOUND'),
  // A path that leads out of a folder of files is to us one that is not there.
  FST_STATIC_FORBIDDEN_PATH: refuse('NOT_FOUND'),
};

/** Every thrown thing ends here and becomes the one error body. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const expected = refusalOf(error, request);
  if (expected) return sendRefusal(request, reply, strangerIsAsked(request, expected) ?? expected);
  const { log, config } = request.server.kit;
  const cause = config.debug ? (error.stack ?? String(error)) : undefined;
  if (error instanceof Unavailable) {
    log.warn({ error, traceId: request.traceId, ...whereOf(request) }, 'a back end cannot serve');
    const refusal = refuse('UNAVAILABLE', {}, { retryAfterSeconds: error.retryAfterSeconds });
    return sendRefusal(request, reply, refusal, { indefinite: error.indefinite, cause });
  }
  log.error({ error, traceId: request.traceId, ...whereOf(request) }, 'unexpected error');
  return sendRefusal(request, reply, refuse('INTERNAL_ERROR'), { cause });
}

/**
 * Schemas are checked before a route asks who sends; a stranger is told to say so all the same, and not what is wrong with
 * his request. Editions learn from the request itself who sends it, so there what is wrong with it comes first.
 */
function strangerIsAsked(request: FastifyRequest, { refused }: Refusal): Refusal | undefined {
  if (refused !== 'VALIDATION_FAILED' && refused !== 'UNKNOWN_FIELD') return undefined;
  const { config, schema } = request.routeOptions;
  if (request.principal || config.face) return undefined;
  const { access } = request.server.kit;
  if (schema?.security === SECURITY.buyer) return identityRequired(access);
  if (schema?.security !== SECURITY.organiser || access.openOrganiser) return undefined;
  const refusal = requireOrganiser(request);
  return refusal?.refused === 'IDENTITY_REQUIRED' ? refusal : undefined;
}

/** The route and not the address, whose query may carry a ticket. */
function whereOf({ method, meter }: FastifyRequest) {
  return { method, ...(meter && { route: meter.route }) };
}

function refusalOf(error: FastifyError, request: FastifyRequest): Refusal | undefined {
  if (error instanceof Refused) return error.refusal;
  const acceptLanguage = request.headers['accept-language'];
  if (error instanceof InvalidPart) return validationRefusal(error.errors, acceptLanguage);
  if (error.validation) return validationRefusal(error.validation as ErrorObject[], acceptLanguage);
  const known = FRAMEWORK_REFUSALS[error.code];
  if (known) return known;
  // A stranger's error must not choose our status: only the framework's own codes are believed.
  const ofFramework =
    typeof error.code === 'string' && (error.code.startsWith('FST_ERR_') || error.code === 'ECONNRESET');
  return ofFramework && (error.statusCode ?? 500) < 500 ? refuse('BAD_REQUEST') : undefined;
}
