import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/**
 * Builds the console into dist/console, from where the admin service serves it. `npm run dev:console`
 * shows it with changes as they are made, on top of a running product's API.
 */
export default defineConfig({
  root: folder,
  base: '/',
  plugins: [react(), compressAssets()],
  build: {
    outDir: resolve(folder, '../../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    // The first that know light-dark(). What stands in for it elsewhere is blind to the switch of schemes.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The charts are large, and pages without any do not load them.
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api/v1': { target: process.env.TRELLIS_ADMIN_URL ?? 'http://127.0.0.1:8081' },
      '/docs': { target: process.env.TRELLIS_ADMIN_URL ?? 'http://127.0.0.1:8081' },
    },
  },
});
