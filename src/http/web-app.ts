import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { HttpServer } from './kit.ts';

/** Built by `npm run build`, beside the program. */
const BUILT = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Paths that the app routes itself; each is answered with the same page. */
const PAGES = ['/', '/events/:id', '/bookings/:id', '/mine'];

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
    for (const path of PAGES) pages.get(path, hidden, (_request, reply) => reply.sendFile('index.html'));
  });
  return true;
}
