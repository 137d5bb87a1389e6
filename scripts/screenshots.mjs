// npm run screenshots: makes docs/images/ from a product of its own, filled with demo data. Needs Chromium.
import './check-node.mjs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { distFolder, projectRoot } from './project-files.mjs';
import { runProgram } from './run-program.mjs';

/** Enough that every page has something to say; a minute of work. */
const EVENTS = 1_000_000;
const WIDTHS = { wide: { width: 1280, height: 840 }, phone: { width: 390, height: 844 } };

/** Name of the picture, page, size and colours. */
const PICTURES = [
  ['live', '/live', 'wide', 'light'],
  ['campaigns', '/campaigns', 'wide', 'light'],
  ['report', '/report', 'wide', 'dark'],
  ['attribution', '/attribution', 'wide', 'light'],
  ['discover', '/discover', 'wide', 'light'],
  ['fraud', '/fraud/alerts', 'wide', 'dark'],
  ['conversions', '/conversions', 'wide', 'light'],
  ['live-phone', '/live', 'phone', 'dark'],
];

await prepare();
const { startProduct } = await import(join(distFolder, 'bench/support/product.js'));
const { launchChromium, newPage, signIn } = await import(
  join(distFolder, 'test/console/browser.js')
);
const folder = join(projectRoot, 'docs', 'images');
mkdirSync(folder, { recursive: true });
const product = await startProduct({ TRELLIS_TRUSTED_PROXIES: '127.0.0.1' });
try {
  await fillWithDemoData();
  const browser = await launchChromium();
  for (const [name, path, size, colorScheme] of PICTURES) {
    const page = await newPage(browser, { viewport: WIDTHS[size], colorScheme });
    await signIn(page, product);
    await page.goto(`http://127.0.0.1:${product.ports.admin}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    // Live never rests: it asks each second.
    await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
    await page.waitForFunction(() => document.querySelector('[aria-busy]') === null);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    process.stdout.write(`docs/images/${name}.png\n`);
    await page.context().close();
  }
  await browser.close();
} finally {
  await product.dispose();
}

async function fillWithDemoData() {
  const { ports, dataDir } = product;
  const env = {
    ...process.env,
    TRELLIS_DATA_DIR: dataDir,
    TRELLIS_POSTGRES_PORT: String(ports.postgres),
    TRELLIS_CLICKHOUSE_PORT: String(ports.clickhouse),
  };
  const args = [join(distFolder, 'cli/trellis.js'), 'demo-data', '--events', String(EVENTS)];
  const { exitCode } = await runProgram(process.execPath, args, { env });
  if (exitCode !== 0) {
    throw new Error(`demo-data ended with ${exitCode}`);
  }
  await sendTraffic();
}

/** Clicks of the last minutes, one visitor among them who clicks on and on. */
async function sendTraffic() {
  const sources = ['facebook', 'google', 'newsletter', 'tiktok'];
  for (let index = 0; index < 400; index++) {
    const isFlood = index % 3 === 0;
    const address = isFlood ? '203.0.113.9' : `81.2.${index % 200}.${(index * 7) % 250}`;
    await fetch(
      `http://127.0.0.1:${product.ports.engine}/in/summer_sale?source=${sources[index % 4]}`,
      {
        redirect: 'manual',
        headers: {
          'X-Forwarded-For': address,
          'User-Agent': isFlood
            ? 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
            : 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
        },
      },
    );
  }
}
