import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `npm run dev` talks to. */
const api = process.env.KUPETS_URL ?? 'http://127.0.0.1:8080';

/** What is the server's own; all else is a page of ours. */
const paths = ['/v1', '/openapi.json', '/docs', '/healthz', '/readyz'];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      paths.map((path) => [
        path,
        {
          target: api,
          changeOrigin: true,
          // The server compares Origin with Host on every write, and the proxy has rewritten Host.
          headers: { origin: new URL(api).origin },
        },
      ]),
    ),
  },
  build: {
    target: 'es2022',
    // Without inlined files the policy needs no `data:` for fonts, and what is loaded can be seen.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // For `npm run size`; a server leaves it out.
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
});
