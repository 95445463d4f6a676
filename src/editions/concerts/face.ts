import { ConcertsError } from '../../contract/concerts.ts';
import { reasonPhrase } from '../../http/answers/reason-phrase.ts';
import type { Face } from '../../http/face.ts';

/** Seed 004's clients read the status and its name, the message and the path; the code says exactly what it was. */
export const CONCERTS_FACE: Face = {
  errorBody: ConcertsError,
  wordsFor: ({ answer, status, request }) => ({
    fields: {
      status,
      error: reasonPhrase(status),
      errorCode: answer.code,
      message: answer.message,
      path: request.url.split('?', 1)[0],
    },
  }),
};
