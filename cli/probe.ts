import { messageOf } from '../core/errors.ts';

const ANSWER_MS_MAX = 2_000;
const BODY_CHARACTERS_MAX = 500;

export type Probe = {
  /** Whether it answered with a 2xx status. */
  isOk: boolean;
  /** What it answered, shortened, or why it did not. */
  detail: string;
};

/** Asks an address of ours for a sign of life. Never throws. */
export async function probe(url: string): Promise<Probe> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const body = (await response.text()).trim().slice(0, BODY_CHARACTERS_MAX);
    return { isOk: response.ok, detail: response.ok ? body : `${response.status} ${body}`.trim() };
  } catch (error) {
    // fetch hides the reason, for example ECONNREFUSED, in the cause.
    const reason = error instanceof Error ? (error.cause ?? error) : error;
    const code = reason instanceof Error && 'code' in reason ? String(reason.code) : '';
    return { isOk: false, detail: code === '' ? messageOf(reason) : code };
  }
}
