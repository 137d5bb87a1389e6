import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './schema.gen.ts';

export type { components, operations, paths } from './schema.gen.ts';

/** Every route of the API with its parameters, bodies and answers, checked by the compiler. */
export type TrellisClient = Client<paths>;

export type TrellisClientOptions = Omit<ClientOptions, 'baseUrl'> & {
  /** `http://127.0.0.1:8081`, without `/api/v1`. */
  baseUrl: string;
  /** `wdn_sk_…`; the console has none and uses its session instead. */
  key?: string;
};

/**
 * A client of the API. Its types are generated from the OpenAPI document.
 *
 * @example
 * const trellis = createTrellisClient({ baseUrl: 'http://127.0.0.1:8081', key: 'wdn_sk_live_…' });
 * const { data, error } = await trellis.GET('/api/v1/campaigns', { params: { query: { limit: 10 } } });
 */
export function createTrellisClient({
  key,
  headers,
  ...options
}: TrellisClientOptions): TrellisClient {
  const authorization = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  return createClient<paths>({
    ...options,
    headers: { ...authorization, ...(headers as Record<string, string> | undefined) },
  });
}
