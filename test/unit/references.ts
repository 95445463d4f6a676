/** The pages of docs/ that are made from the program's own tables. */
import type { RefusalCode } from '../../src/core/refusal.ts';
import { refuse } from '../../src/core/refusal.ts';
import { errorAnswer, retryAfterSeconds, STATUS_OF } from '../../src/http/answers/refusals.ts';
import { english } from '../../src/http/messages/en.ts';
import type { Setting } from '../../src/settings/kinds.ts';
import { SETTINGS } from '../../src/settings.ts';

const MADE = 'Made from the program: `npx vitest run --project unit test/unit/references.test.ts -u`.';

/** No value of any kind reads so. */
const NONSENSE = '\u0000 nonsense';

export function configurationPage(): string {
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => {
    const reading = setting.read(NONSENSE);
    const kind = 'expected' in reading ? reading.expected : 'text';
    const fallback = setting.sample ?? String(setting.fallback ?? '');
    const secret = setting.secret ? `; secret, also as \`${name}_FILE\`` : '';
    const unit = setting.unit && !kind.includes(`(${setting.unit})`) ? ` (${setting.unit})` : '';
    return `| \`${name}\` | ${cell(kind)}${unit}${secret} | ${fallback === '' ? '' : `\`${fallback}\``} | ${cell(setting.about)} |`;
  });
  return `# Configuration

${MADE}

Settings come from the environment and, beneath it, from a file \`.env\` in the working folder; a blank value counts as unset. All of
them are read and checked at the start: what is wrong is named together, one sentence each, and the program ends with code 2. A
name that is nearly one of these is pointed out. Secrets may come from files instead, as \`NAME_FILE\`.

| name | value | default | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** What a client does about a refusal, where the kind of its status does not say it all. */
const TO_DO: Partial<Record<RefusalCode, string>> = {
  INTERNAL_ERROR:
    'a defect of ours: send it again with the same `Idempotency-Key`, and tell the operator the trace',
  UNAVAILABLE:
    'the same again after `Retry-After`; with `indefinite` in the body only with the same `Idempotency-Key`',
  PAYMENT_UNKNOWN:
    'ask for the booking until it is CONFIRMED or FAILED, or send the same payment again; never pay with another',
  PAYMENT_IN_PROGRESS: 'wait for the other payment of the booking: ask for the booking',
  PAYMENT_FAILED: 'the provider declined; the seats stay until the deadline: pay with something else',
  IDEMPOTENCY_IN_FLIGHT: 'the same again in a moment: the first one is still running',
  IDEMPOTENCY_MISMATCH: 'a key is for one request: take a new one',
  ADMISSION_REQUIRED: 'join the waiting room at `join_url`',
  ADMISSION_INVALID: 'join the waiting room anew at `join_url`',
  WAITLIST_FIRST: 'join the waitlist at `join_url`',
  SEATS_TAKEN: 'take other seats; somebody was quicker',
  HOLD_CHURN: 'wait as `Retry-After` says; holds that lapse count, releases do not',
  SEATS_LOST: 'the hold had ended and somebody else has the seats; nothing was charged, or it is given back',
};

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'correct the request',
  401: 'say who you are',
  402: 'pay in another way',
  403: 'not for this sender; sending it again does not help',
  404: 'there is nothing, or nothing of yours',
  405: 'use another method',
  408: 'send it again, faster',
  409: 'look at how things stand now, and decide anew',
  410: 'it was yours and is over: begin anew',
  413: 'send less',
  415: 'send JSON',
  421: 'call the server by a name of its own',
  422: 'correct what the message names',
  429: 'the same again after `Retry-After`',
  431: 'send fewer headers',
  500: 'ask again with the same `Idempotency-Key`',
  503: 'the same again after `Retry-After`',
};

export function errorsPage(): string {
  const codes = Object.keys(STATUS_OF) as RefusalCode[];
  const byStatus = codes.sort((a, b) => STATUS_OF[a] - STATUS_OF[b] || (a < b ? -1 : 1));
  const rows = byStatus.map((code) => {
    const status = STATUS_OF[code];
    const todo = TO_DO[code] ?? BY_STATUS[status];
    if (todo === undefined) throw new Error(`nobody says what to do about ${status} ${code}`);
    const retry = retryAfterSeconds(refuse(code));
    return `| \`${code}\` | ${status} | ${definite(code)} | ${retry ?? ''} | ${cell(english[code])} | ${todo} |`;
  });
  return `# Errors

${MADE}

Every error has the body \`{"code","message","traceId","detail"}\`; messages are in English and Korean (\`Accept-Language\`), codes never
change. **Definite**: nothing happened. **Not definite**: the body says \`"indefinite":true\`, the effect is unknown, and the same
request with the same \`Idempotency-Key\` tells. \`UNAVAILABLE\` may be either. Where \`Retry-After\` is given it is in seconds, and may be more
than the table says. Editions may add fields and choose another status or code, as their clients know it: see \`api/\`.

| code | status | definite | Retry-After | says | what to do |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function definite(code: RefusalCode): string {
  if (code === 'UNAVAILABLE') return 'the body says';
  const { indefinite } = errorAnswer(refuse(code), { traceId: '', acceptLanguage: undefined });
  return indefinite ? 'no' : 'yes';
}

/** A table's cells cannot have everything. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
