/** In the order of their numbers. */
export const AUDIENCES = ['everybody', 'young', 'business', 'bots'] as const;

/** Groups of visitors, with devices, places and tastes of their own. */
export type Audience = (typeof AUDIENCES)[number];

/** Share of `young` and `business` among people, in percent; the rest is `everybody`. */
export const YOUNG_PERCENT = 18;
export const BUSINESS_PERCENT = 12;
