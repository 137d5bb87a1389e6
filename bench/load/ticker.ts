/** What the generator and its ticker thread share. */
export type TickerData = {
  /** Float64, rising, on the monotonic clock; to be filled before `words[GO]` is set. */
  dueMs: SharedArrayBuffer;
  /** Int32, see PENDING and GO. */
  words: SharedArrayBuffer;
};

/** 1 while a tick is unread. */
export const PENDING = 0;
/** 1 as soon as the due times are there. */
export const GO = 1;
export const TICKER_WORDS = 2;

export type FromTicker = 'ready' | 'tick';
