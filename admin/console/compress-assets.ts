import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSED = /\.(js|css|html|svg)$/;
/** Below, a header costs more than what is saved. */
const BYTES_MIN = 1_024;

/** Lays `.br` and `.gz` beside each text file of the build, so that serving one costs no processor time. */
export function compressAssets(): Plugin {
  let folder = '';
  return {
    name: 'compress-assets',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      // It is also called after a build that has failed.
      if (!existsSync(folder)) {
        return;
      }
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSED.test(name)) {
          continue;
        }
        const path = join(folder, name);
        const content = readFileSync(path);
        if (content.length >= BYTES_MIN) {
          const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
          writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
          writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        }
      }
    },
  };
}
