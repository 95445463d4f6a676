import type { HttpServer } from '../kit.ts';

const LONGEST_FORM_BYTES = 8 * 1_024;

/** Lets the routes of this scope take what a page's form sends, as fields of text; the last of one name counts. */
export function acceptForms(scope: HttpServer): void {
  scope.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: LONGEST_FORM_BYTES },
    (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(text))),
  );
}
