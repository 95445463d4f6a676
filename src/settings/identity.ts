import { choice, flag, type Given, isHostName, list, type Setting, secret, text } from './kinds.ts';

/** Who may use the process. */
export const IDENTITY_SETTINGS = {
  AUTH_MODE: choice(
    ['header', 'jwt'],
    'header',
    'who names the user: the X-User-ID header, or a bearer token',
  ),
  TRUST_HEADER_AUTH: flag(false, 'a proxy in front sets X-User-ID and strips it from clients'),
  ALLOWED_HOSTS: list(
    isHostName,
    'host names without a port, separated by commas',
    'names to which this server answers in header mode, beside addresses and names without a dot; unset: no others on loopback, all with TRUST_HEADER_AUTH',
  ),
  JWT_SECRET: secret('HS256 key of the bearer tokens, 32 characters or more'),
  JWT_SECRET_BEFORE: secret(
    'the JWT_SECRET of before, while it is changed: what it signed is good beside it, and it signs nothing',
  ),
  JWKS_URL: text('address of the public keys of the bearer tokens, instead of JWT_SECRET'),
  JWT_ISSUER: text('required "iss" of a bearer token'),
  JWT_AUDIENCE: text('required "aud" of a bearer token'),
  SIGN_IN_URL: text(
    'where the pages send buyers to sign in (AUTH_MODE=jwt); they come back to ?return_to= with #token=…',
  ),
  ADMIN_TOKEN: secret('X-Token of the organiser; without it a random one is made and kept in DATA_DIR'),
  ADMIN_TOKEN_BEFORE: secret('the ADMIN_TOKEN of before, while it is changed: as good as that'),
  REQUIRE_ADMIN: flag(false, 'the v1 event routes need the organiser on loopback too'),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function identityOf(given: Given<typeof IDENTITY_SETTINGS>, { loopback }: { loopback: boolean }) {
  const isHeaderMode = given.AUTH_MODE === 'header';
  const isUnproven = isHeaderMode && loopback && !given.TRUST_HEADER_AUTH;
  return {
    mode: given.AUTH_MODE,
    trustHeader: given.TRUST_HEADER_AUTH,
    /** Whoever gets here may say who he is, so no page of elsewhere may get here by its visitor's browser. */
    ownHosts:
      isUnproven || (isHeaderMode && given.ALLOWED_HOSTS.length > 0) ? given.ALLOWED_HOSTS : undefined,
    jwtSecret: given.JWT_SECRET,
    jwtSecretBefore: given.JWT_SECRET_BEFORE,
    jwksUrl: given.JWKS_URL,
    jwtIssuer: given.JWT_ISSUER,
    jwtAudience: given.JWT_AUDIENCE,
    signInUrl: given.SIGN_IN_URL,
    adminToken: given.ADMIN_TOKEN,
    adminTokenBefore: given.ADMIN_TOKEN_BEFORE,
    /** v1's event routes are open to everybody, as in seed 000. */
    openOrganiser: isHeaderMode && loopback && !given.REQUIRE_ADMIN,
  };
}
