import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The server that `npm run dev` talks to. */
const api = process.env.KUPETS_URL ?? 'http://127.0.0.1:8080';

/** What is the server's own; all else is a page of ours. */
const paths = ['/v1', '/openapi.json', '/docs', '/healthz', '/readyz'];

/** The folder of the package that a module is of. */
function packageOf(module: string): string | null {
  const at = module.lastIndexOf('/node_modules/');
  if (at < 0) return null;
  const [name = '', inner = ''] = module.slice(at + '/node_modules/'.length).split('/');
  const folder = join(module.slice(0, at), 'node_modules', name.startsWith('@') ? join(name, inner) : name);
  return existsSync(join(folder, 'package.json')) ? folder : null;
}

/** Its name, and the licence that has to go along with it. */
function notice(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)s?([-_.][\w.-]*)?$/i.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const author = typeof manifest.author === 'string' ? manifest.author : (manifest.author?.name ?? '');
  const told = texts.length > 0 ? texts : [`Licence: ${manifest.license}. ${author}`.trim()];
  return [`${manifest.name} ${manifest.version}`, ...told].join('\n\n');
}

/** What has to go along with the packages in the bundle: their licences, in a file that the server shows. */
function notices(): Plugin {
  return {
    name: 'third-party-notices',
    generateBundle() {
      const folders = [...this.getModuleIds()].map((id) => packageOf(id.replace(/[?\0].*$/, '')));
      const found = [...new Set(folders.filter((folder) => folder !== null))].sort();
      const rule = `\n\n${'-'.repeat(72)}\n\n`;
      this.emitFile({
        type: 'asset',
        fileName: 'third-party.txt',
        source: `${found.map(notice).join(rule)}\n`,
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), notices()],
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
