import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../core/config.ts';
import { projectRoot } from '../core/entry-file.ts';
import { POSTGRES_MAJOR_VERSION } from '../stores/postgres/embedded/binaries.ts';

const text = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  restart: z.string(),
});
const compose = z
  .object({
    services: z.record(z.string(), serviceSchema),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(text('compose.yaml')));
const { services } = compose;
const serviceNames = Object.keys(services).sort();

const serviceOf = (name: string) => {
  const service = services[name];
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return service;
};

/** As Compose does it: `${NAME:?why}` must be set, `${NAME:-default}` need not. */
function fillIn(value: string, env: Record<string, string>): string {
  return value.replace(
    /\$\{(\w+)(?::([?-])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, rest: string) => {
      const given = env[name] ?? '';
      if (given !== '' || kind !== '?') return given === '' && kind === '-' ? rest : given;
      throw new Error(`${name}: ${rest}`);
    },
  );
}

const PASSWORDS = {
  CLICKHOUSE_PASSWORD: 'aa1',
  GRAFANA_CLICKHOUSE_PASSWORD: 'bb2',
  POSTGRES_PASSWORD: 'cc3',
  REDIS_PASSWORD: 'dd4',
  GRAFANA_PASSWORD: 'ee5',
};

const environmentOf = (name: string, env: Record<string, string> = PASSWORDS) =>
  Object.fromEntries(
    Object.entries(serviceOf(name).environment).map(([key, value]) => [key, fillIn(value, env)]),
  );

describe('compose.yaml', () => {
  it('has the stores, Trellis and what watches it, each pinned, restarted and asked for its health', () => {
    expect(serviceNames).toEqual([
      'clickhouse',
      'grafana',
      'postgres',
      'prometheus',
      'redis',
      'trellis',
    ]);
    for (const name of serviceNames) {
      const { image, build, healthcheck, restart } = serviceOf(name);
      expect(restart, name).toBe('unless-stopped');
      expect(build !== undefined || /:v?\d+\.\d+\.?\d*[\w.-]*$/.test(image), image).toBe(true);
      // Trellis's own is in the Dockerfile.
      expect(healthcheck !== undefined || name === 'trellis', name).toBe(true);
    }
  });

  it("has the versions of the stores that Trellis's own tests run with", () => {
    const installed = z.object({ version: z.string() });
    const { version } = installed.parse(
      JSON.parse(text('node_modules/@chdb/lib-linux-x64-gnu/package.json')),
    );
    const feature = version.split('.').slice(0, 2).join('.');
    expect(serviceOf('clickhouse').image).toContain(`clickhouse-server:${feature}.`);
    expect(serviceOf('postgres').image).toContain(`postgres:${POSTGRES_MAJOR_VERSION}.`);
  });

  it('gives Trellis settings that it knows, and real stores', () => {
    const config = readConfig(environmentOf('trellis'));
    expect(config.DATABASE_URL).toBe('postgres://trellis:cc3@postgres:5432/trellis');
    expect(config.CLICKHOUSE_URL).toBe('http://trellis:aa1@clickhouse:8123');
    expect(config.REDIS_URL).toBe('redis://:dd4@redis:6379/0');
    expect(config.TRELLIS_DEMO).toBe(false);
  });

  it('gives both sides of each password the same one, and the dashboards a user of their own', () => {
    expect(environmentOf('postgres').POSTGRES_PASSWORD).toBe('cc3');
    expect(environmentOf('redis').REDISCLI_AUTH).toBe('dd4');
    expect(environmentOf('clickhouse')).toMatchObject({
      CLICKHOUSE_USER: 'trellis',
      CLICKHOUSE_PASSWORD: 'aa1',
      GRAFANA_CLICKHOUSE_PASSWORD: 'bb2',
    });
    expect(environmentOf('grafana').GRAFANA_CLICKHOUSE_PASSWORD).toBe('bb2');
    expect(JSON.stringify(environmentOf('grafana'))).not.toContain('aa1');
  });

  it.each(Object.keys(PASSWORDS))('starts nothing while %s is missing', (missing) => {
    const rest: Record<string, string> = { ...PASSWORDS, [missing]: '' };
    expect(() => serviceNames.map((name) => environmentOf(name, rest))).toThrow(missing);
  });

  it('opens the engine to everybody, console and Grafana to this machine, and nothing else', () => {
    const open = serviceNames.flatMap((name) =>
      serviceOf(name).ports.map((port) => fillIn(port, {})),
    );
    expect(open.sort()).toEqual([
      '0.0.0.0:8080:8080',
      '127.0.0.1:3000:3000',
      '127.0.0.1:8081:8081',
    ]);
  });

  it('waits for services that exist, until they are healthy where it needs them', () => {
    for (const name of serviceNames) {
      for (const other of Object.keys(serviceOf(name).depends_on)) {
        expect(serviceNames, name).toContain(other);
      }
    }
    expect(serviceOf('trellis').depends_on).toEqual({
      clickhouse: { condition: 'service_healthy' },
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
  });

  it('mounts files that exist, read-only, and volumes that are named', () => {
    const mounts = serviceNames.flatMap((name) => serviceOf(name).volumes);
    const used = new Set<string>();
    for (const mount of mounts) {
      const [source = '', target = '', mode] = mount.split(':');
      expect(target, mount).toMatch(/^\//);
      if (source.startsWith('./')) {
        expect(existsSync(join(projectRoot, source)), mount).toBe(true);
        expect(mode, mount).toBe('ro');
      } else {
        used.add(source);
      }
    }
    expect([...used].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('has the names and ports that Prometheus and Grafana look for', () => {
    const scraped = z.object({
      scrape_configs: z.array(
        z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
      ),
    });
    const { scrape_configs } = scraped.parse(parse(text('grafana/prometheus.yml')));
    const targets = scrape_configs.flatMap((job) =>
      job.static_configs.flatMap((one) => one.targets),
    );
    const { TRELLIS_METRICS_PORT } = readConfig(environmentOf('trellis'));
    expect(targets.sort()).toEqual([
      `trellis:${TRELLIS_METRICS_PORT}`,
      `trellis:${TRELLIS_METRICS_PORT + 1}`,
    ]);
    const sources = text('grafana/provisioning/datasources/trellis.yml');
    expect(sources).toContain('http://prometheus:9090');
    expect(sources).toContain('host: clickhouse');
    const dashboards = text('grafana/provisioning/dashboards/trellis.yml');
    const folder = /path: (\S+)/.exec(dashboards)?.[1];
    expect(serviceOf('grafana').volumes).toContain(`./grafana/dashboards:${folder}:ro`);
  });
});

describe('what the pages say of the containers', () => {
  it('names the images and the addresses that compose.yaml has', () => {
    const page = text('docs/containers.md');
    for (const name of serviceNames.filter((one) => one !== 'trellis')) {
      expect(page).toContain(`\`${serviceOf(name).image}\``);
    }
    for (const port of serviceNames.flatMap((name) => serviceOf(name).ports)) {
      const [, variable = '', address = ''] = /\$\{(\w+):-(.+?)\}/.exec(port) ?? [];
      expect(page).toMatch(new RegExp(`\`${variable}\` +\\| \`${address}\``));
    }
  });

  it('backs ClickHouse up to a disk that its configuration allows', () => {
    const [, path] = /<path>(\S+)<\/path>/.exec(text('containers/clickhouse.xml')) ?? [];
    expect(text('containers/clickhouse.xml')).toContain('<allowed_disk>backups</allowed_disk>');
    expect(text('docs/backup.md')).toContain(`docker compose cp clickhouse:${path}`);
  });

  it('keeps passwords and data out of the image', () => {
    const ignored = text('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', 'data', 'node_modules']));
  });
});

const dockerfile = text('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ word: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
const lastStage = dockerfile.slice(dockerfile.findLastIndex(({ word }) => word === 'FROM'));
const valuesOf = (word: string) =>
  lastStage.filter((line) => line.word === word).map(({ rest }) => rest);

/** The paths that sources form with `join(projectRoot, …)`. */
function readFromProject(): string[] {
  const folders = ['core', 'stores', 'actors', 'engine', 'analytics', 'admin', 'cli'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(folder, name)),
  );
  const calls = files.flatMap((file) => [...text(file).matchAll(/join\(projectRoot, ([^)]*)\)/g)]);
  return calls.map(([, args = '']) =>
    [...args.matchAll(/['`]([^'`$]*)[^'`]*['`]/g)].map(([, part]) => part).join('/'),
  );
}

describe('Dockerfile', () => {
  it('has a pinned Node.js that Trellis runs on, the same in each stage', () => {
    const images = dockerfile.filter(({ word }) => word === 'FROM').map(({ rest }) => rest);
    const versions = new Set(images.map((image) => /^node:(\S+)/.exec(image)?.[1]));
    expect(versions.size).toBe(1);
    expect([...versions][0]).toMatch(/^(20\.(19|[2-9]\d)|22\.\d+)\.\d+-bookworm-slim$/);
  });

  it('copies everything that the running program reads outside of the build', () => {
    const copied = valuesOf('COPY').flatMap((rest) =>
      rest
        .split(' ')
        .filter((word) => !word.startsWith('--'))
        .slice(0, -1)
        .map((path) => normalize(path.replace('/app/', ''))),
    );
    expect(copied).toEqual(expect.arrayContaining(['node_modules', 'dist', 'package.json']));
    const read = readFromProject();
    expect(read).toContain('stores/clickhouse/migrations');
    for (const path of read) {
      const isThere = copied.some((one) => path === one || path.startsWith(`${one}/`));
      expect(isThere, path).toBe(true);
    }
    for (const path of copied.filter((name) => name !== 'node_modules' && name !== 'dist')) {
      expect(existsSync(join(projectRoot, path)), path).toBe(true);
    }
  });

  it('runs `trellis start` without rights, in a folder of its own, and ends with SIGTERM', () => {
    expect(valuesOf('USER')).toEqual(['node']);
    expect(valuesOf('VOLUME')).toEqual(['/data']);
    expect(valuesOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(valuesOf('ENTRYPOINT')).toEqual(['["trellis"]']);
    expect(valuesOf('CMD')).toEqual(['["start"]']);
    const env = Object.fromEntries(
      valuesOf('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('='))),
    );
    expect(readConfig(env)).toMatchObject({ TRELLIS_DATA_DIR: '/data', TRELLIS_HOST: '0.0.0.0' });
  });

  it('names the ports that Trellis listens on', () => {
    const config = readConfig({});
    const { TRELLIS_ENGINE_PORT, TRELLIS_ADMIN_PORT, TRELLIS_METRICS_PORT } = config;
    expect(valuesOf('EXPOSE')[0]?.split(' ').map(Number)).toEqual([
      TRELLIS_ENGINE_PORT,
      TRELLIS_ADMIN_PORT,
      TRELLIS_METRICS_PORT,
      TRELLIS_METRICS_PORT + 1,
    ]);
    expect(valuesOf('HEALTHCHECK')[0]).toContain(`TRELLIS_ENGINE_PORT || ${TRELLIS_ENGINE_PORT}`);
  });
});
