import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { AdminInstance } from '../context.ts';

/** Beginnings of the addresses that are the console's own; it decides itself what it shows there. */
const PAGES = [
  'sign-in',
  'live',
  'campaigns',
  'report',
  'attribution',
  'discover',
  'fraud',
  'conversions',
  'settings',
] as const;

/** Everything comes from this process. Components set styles by script, hence `unsafe-inline`. */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/**
 * Serves the console at `/`. Must be called before the API's routes are described and guarded: its pages
 * are public and hold no data, and what they ask the API needs a session.
 *
 * @param folder of the built console; undefined, or without it: nothing is served
 */
export async function serveConsole(app: AdminInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) {
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    preCompressed: true,
  });
  const config = { rateLimit: false } as const;
  const schema = { hide: true };
  const sendPage = (_: unknown, reply: FastifyReply) =>
    reply
      .header('Content-Security-Policy', PAGE_POLICY)
      .header('Cache-Control', 'no-cache')
      .sendFile('index.html');
  app.get('/', { config, schema }, sendPage);
  for (const page of PAGES) {
    app.get(`/${page}`, { config, schema }, sendPage);
    app.get(`/${page}/*`, { config, schema }, sendPage);
  }
  // Names of assets have a hash of their content.
  app.get<{ Params: { '*': string } }>('/assets/*', { config, schema }, ({ params }, reply) =>
    reply
      .header('Cache-Control', 'public, max-age=31536000, immutable')
      .sendFile(`assets/${params['*']}`),
  );
  app.get('/icon.svg', { config, schema }, (_, reply) =>
    reply.header('Cache-Control', 'public, max-age=86400').sendFile('icon.svg'),
  );
}
