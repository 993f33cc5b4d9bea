import { existsSync, readFileSync } from 'node:fs';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const DIST = join(import.meta.dirname, '..', 'dist');

/** What README asks of the server. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The server's own paths; all else is a file of the build or a page. */
const OWN = /^\/(v1\/|openapi\.json|docs|healthz|readyz|metrics)/;

/** The build served as the program will serve it, before a server that does not have it yet. */
export async function serve(api: string) {
  if (!existsSync(join(DIST, 'index.html'))) throw new Error('There is no build: run `npm run build` first.');
  const target = new URL(api);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (OWN.test(path)) {
      const headers = { ...request.headers, host: target.host };
      if (headers.origin) headers.origin = target.origin;
      const onward = ask(
        { host: target.hostname, port: target.port, path: request.url, method: request.method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => (response.headersSent ? response.end() : response.writeHead(502).end()));
      // What changes is told for as long as it is listened to; a way that has ended is another request's by then.
      response.on('close', () => {
        if (!response.writableFinished) onward.destroy();
      });
      request.pipe(onward);
      return;
    }
    const file = join(DIST, normalize(path));
    const isFile = file.startsWith(DIST) && extname(file) !== '' && existsSync(file);
    if (!isFile && path.startsWith('/assets/')) {
      response.writeHead(404).end();
      return;
    }
    const shown = isFile ? file : join(DIST, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(shown)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(readFileSync(shown));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const stop = () =>
    new Promise<void>((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
