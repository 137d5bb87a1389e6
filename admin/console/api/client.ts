import { createTrellisClient } from '../../client/index.ts';
import { ApiProblem } from './problem.ts';

/** Marks requests as the console's own; the session's cookie does not count without. */
const HEADERS = { 'X-Trellis-Console': '1' };

/** The public API, with the session's cookie. */
export const api = createTrellisClient({ baseUrl: '', headers: HEADERS });

type Answer<Data> = { data?: Data | undefined; error?: unknown; response: Response };

/**
 * The data of an answer.
 *
 * @example const campaigns = await dataOf(api.GET('/api/v1/campaigns'))
 * @throws ApiProblem when the API refuses or fails
 */
export async function dataOf<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await request;
  if (!response.ok) {
    throw new ApiProblem(response.status, error);
  }
  return data as Data;
}

/**
 * The text of a file that the API makes, such as a report as CSV.
 *
 * @throws ApiProblem
 */
export async function fileOf(path: string, body: unknown, accept: string): Promise<Blob> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...HEADERS, 'Content-Type': 'application/json', Accept: accept },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new ApiProblem(response.status, await response.json().catch(() => null));
  }
  return response.blob();
}
