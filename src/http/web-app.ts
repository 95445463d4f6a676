import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { Config } from '../config.ts';
import type { HttpServer } from './kit.ts';

/** Built by `npm run build`, beside the program. */
const BUILT = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Paths that the app routes itself; each is answered with the same page. */
const PAGES = ['/', '/events/:id', '/events/:id/draw', '/bookings/:id', '/mine'];

/** Below these there are no pages. */
const OF_PROGRAMS = /^\/(api|ticketing|internal|assets|docs)\//;

/** Places in the page that the program fills. */
const SETTINGS = '<!--settings-->';
const WAITING_ROOM = '<!--waiting-room-->';

const POLICY = {
  directives: {
    defaultSrc: ["'self'"],
    connectSrc: ["'self'", 'ws:', 'wss:'],
    imgSrc: ["'self'", 'data:'],
    styleSrc: ["'self'", "'unsafe-inline'"],
    upgradeInsecureRequests: null,
  },
};

/** The page to buy on. Says whether it has been built. */
export async function webApp(app: HttpServer, built = BUILT): Promise<boolean> {
  if (!existsSync(`${built}/index.html`)) return false;
  await app.register(async (pages) => {
    await pages.register(helmet, { contentSecurityPolicy: POLICY, strictTransportSecurity: false });
    await pages.register(fastifyStatic, {
      root: built,
      index: false,
      wildcard: false,
      // As it was built, nothing is filled in.
      globIgnore: ['index.html*'],
      preCompressed: true,
      schemaHide: true,
      setHeaders: (reply, path) => {
        reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
    const hidden = { schema: { hide: true }, config: { unlimited: true, hot: true } };
    const page = readFileSync(`${built}/index.html`, 'utf8').replace(SETTINGS, settingsOf(app.kit.config));
    const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };
    pages.get('/index.html', hidden, ({ url }, reply) => reply.redirect(url.replace('index.html', ''), 308));
    // Whoever opens an address that we have not is shown the way back; a program is told in its own words.
    pages.get('/*', hidden, (request, reply) => {
      const isForPeople =
        /\btext\/html\b/.test(request.headers.accept ?? '') && !OF_PROGRAMS.test(request.url);
      if (!isForPeople) return reply.callNotFound();
      return reply.code(404).headers(headers).send(page.replace(WAITING_ROOM, ''));
    });
    for (const path of PAGES) {
      pages.get<{ Params: { id?: string } }>(path, hidden, (request, reply) => {
        const link = path === '/events/:id' ? linkToRoom(request.params.id) : '';
        return reply.headers(headers).send(page.replace(WAITING_ROOM, link));
      });
    }
  });
  return true;
}

/** What the page must know before it asks for anything: how buyers are known, and whether an e-mail address is of any use. */
export function settingsOf(config: Pick<Config, 'identity' | 'tickets' | 'roles'>): string {
  const { identity } = config;
  const isByToken = identity.mode === 'jwt';
  return [
    ...(sendsMail(config) ? ['<meta name="onrush-mail" content="on">'] : []),
    ...(isByToken ? ['<meta name="onrush-identity" content="token">'] : []),
    ...(isByToken && identity.signInUrl !== undefined
      ? [`<meta name="onrush-sign-in" content="${escaped(identity.signInUrl)}">`]
      : []),
  ].join('');
}

/** Another role may send the letters, and alone has the mail server's password; that there is a sender is no secret. */
function sendsMail({ tickets, roles }: Pick<Config, 'tickets' | 'roles'>): boolean {
  return roles.here.has('ticket') ? tickets.smtpUrl !== undefined : tickets.mailFrom !== '';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** For browsers without script, which the page shows the way to the waiting room. */
function linkToRoom(id = ''): string {
  if (!/^\d{1,16}$/.test(id)) return '';
  return `<p><a href="/api/v1/events/${id}/waiting-room">Waiting room · <span lang="ko">대기실</span></a></p>`;
}
