import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { HttpServer } from './kit.ts';

/** Built by `npm run build`, beside the program. */
const BUILT = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Paths that the app routes itself; each is answered with the same page. */
const PAGES = ['/', '/events/:id', '/bookings/:id', '/mine'];

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
export async function webApp(app: HttpServer): Promise<boolean> {
  if (!existsSync(`${BUILT}/index.html`)) return false;
  await app.register(async (pages) => {
    await pages.register(helmet, { contentSecurityPolicy: POLICY, strictTransportSecurity: false });
    await pages.register(fastifyStatic, {
      root: BUILT,
      index: false,
      wildcard: false,
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
    const page = readFileSync(`${BUILT}/index.html`, 'utf8').replace(SETTINGS, settingsOf(app));
    const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };
    for (const path of PAGES) {
      pages.get<{ Params: { id?: string } }>(path, hidden, (request, reply) => {
        const link = path === '/events/:id' ? linkToRoom(request.params.id) : '';
        return reply.headers(headers).send(page.replace(WAITING_ROOM, link));
      });
    }
  });
  return true;
}

/** What the page must know before it asks for anything: whether an e-mail address is of any use. */
function settingsOf({ kit }: HttpServer): string {
  return kit.config.tickets.smtpUrl === undefined ? '' : '<meta name="onrush-mail" content="on">';
}

/** For browsers without script, which the page shows the way to the waiting room. */
function linkToRoom(id = ''): string {
  if (!/^\d{1,16}$/.test(id)) return '';
  return `<p><a href="/api/v1/events/${id}/waiting-room">Waiting room · <span lang="ko">대기실</span></a></p>`;
}
