import type { Face } from '../../http/face.ts';

/**
 * Clients of seed 002 read `detail`; whoever may not process or reset is told 401, whatever token he showed. A bad body is
 * 422, also where it is no JSON.
 */
export const TRAIN_FACE: Face = {
  wordsFor({ refusal: { refused }, status }) {
    if (refused === 'BAD_JSON') return { status: 422, fields: {} };
    const isStranger = refused === 'ORGANISER_ONLY' || (refused === 'IDENTITY_REQUIRED' && status === 401);
    return isStranger ? { status: 401, fields: { detail: 'Unauthorized' } } : { fields: {} };
  },
};
