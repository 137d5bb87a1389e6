import { REQUEST_KIND } from '../../actors/mailbox/layout.ts';
import { type GeoBuffers, loadGeoBuffers } from '../../actors/worker/enrich/geo-buffers.ts';
import type { TestRequest } from '../../actors/worker/test-thread.ts';
import { createLogger } from '../../core/logger.ts';
import { makeVisits } from '../load/traffic.ts';

/** The clicks of bench/load as an acceptor hands them to an actor thread, behind a proxy on loopback. */
export function clickRequests(count: number): TestRequest[] {
  return makeVisits(count).map(({ path, queryRest, headers }, index) => ({
    kind: REQUEST_KIND.click,
    path,
    query: `click_id=bench-${index}${queryRest}`,
    peer: '127.0.0.1',
    headers,
  }));
}

/** For parts that want one and have nothing to say here. */
export const silentLogger = createLogger('bench', 'silent');

let geo: GeoBuffers | undefined;

/** The geo database, read once for all benches of a run. */
export function sharedGeoBuffers(): GeoBuffers {
  geo ??= loadGeoBuffers();
  return geo;
}
