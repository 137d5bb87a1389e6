import type { Audience } from './audiences.ts';
import { DEMO_CAMPAIGNS } from './campaigns.ts';

/** Where a touch comes from: an advertisement, a mail, a site, or nowhere. */
export type Placement = {
  /** null: traffic without campaign. */
  campaignId: string | null;
  /** The link's last part. */
  slug: string;
  eventType: 'click' | 'pageview';
  source: string;
  /** '' for none. */
  medium: string;
  /** '' for none; RANDOM_SITE: one of the long tail of sites, which then is the source as well. */
  referer: string;
  /** Whether the link carries source, medium, campaign and advertisement, as links of ads do. */
  isTagged: boolean;
  /** What the network's click ids begin with; '' when its links carry none. */
  clickIdPrefix: string;
  /** Of the touches of each audience; any unit. */
  weights: Readonly<Record<Audience, number>>;
  /** Factor on the weight from Thursday to Saturday, 18 to 22 o'clock. */
  eveningFactor: number;
  /** Factor on the weight for visitors who have been here before. */
  returningFactor: number;
};

export const RANDOM_SITE = '*';

/**
 * campaign (- for none) | source | medium | referer | click id prefix | weights of everybody, young,
 * business | evening factor | returning factor
 */
const TABLE = `
  summer_sale|facebook|cpc|https://l.facebook.com/|fb_|46 10 2|1.3|0.6
  summer_sale|instagram|paid_social|https://l.instagram.com/|ig_|22 30 0|1.5|0.6
  summer_sale|google|cpc|https://www.google.com/|gg_|28 4 3|1|0.8
  back_to_school|facebook|cpc|https://m.facebook.com/|fb_|24 12 1|1.2|0.6
  back_to_school|bing|cpc|https://www.bing.com/|bg_|9 1 3|0.9|0.8
  black_friday|google|cpc|https://www.google.com/|gg_|36 8 4|1.2|1
  black_friday|facebook|cpc|https://l.facebook.com/|fb_|30 9 1|1.3|1
  black_friday|criteo|display|https://ads.eu.criteo.com/|cr_|12 2 2|1.1|3
  black_friday_eu|google|cpc|https://www.google.de/|gg_|14 3 2|1.2|1
  black_friday_eu|instagram|paid_social|https://l.instagram.com/|ig_|7 8 0|1.3|0.8
  autumn_collection|pinterest|paid_social|https://www.pinterest.com/|pn_|15 9 0|1.2|0.7
  autumn_collection|facebook|cpc|https://l.facebook.com/|fb_|21 6 0|1.2|0.7
  autumn_collection_eu|facebook|cpc|https://l.facebook.com/|fb_|13 4 0|1.2|0.7
  brand_search_us|google|cpc|https://www.google.com/|gg_|40 5 10|0.9|1.9
  brand_search_us|bing|cpc|https://www.bing.com/|bg_|11 1 7|0.8|1.9
  brand_search_eu|google|cpc|https://www.google.co.uk/|gg_|15 2 4|0.9|1.9
  shoes_search|google|cpc|https://www.google.com/|gg_|27 7 1|1|0.8
  jackets_search|google|cpc|https://www.google.com/|gg_|18 4 1|1|0.8
  shopping_feed|google|shopping|https://www.google.com/|gg_|38 6 2|1|0.9
  shopping_feed_uk|google|shopping|https://www.google.co.uk/|gg_|12 2 1|1|0.9
  retargeting_cart|criteo|retargeting|https://ads.us.criteo.com/|cr_|6 2 1|1.1|7
  retargeting_cart|facebook|retargeting|https://l.facebook.com/|fb_|7 3 0|1.2|7
  retargeting_view|rtbhouse|retargeting|https://creativecdn.com/|rt_|6 2 1|1|5
  awareness_video|youtube|video|https://www.youtube.com/|yt_|19 12 3|1.4|0.5
  awareness_reels|instagram|video|https://l.instagram.com/|ig_|8 31 0|1.6|0.5
  creator_spring|instagram|creator|https://l.instagram.com/|ig_|5 18 0|1.5|0.7
  creator_spring|youtube|creator|https://www.youtube.com/|yt_|4 10 0|1.4|0.7
  creator_beauty|tiktok|creator|https://www.tiktok.com/|tt_|4 24 0|1.8|0.6
  tiktok_spark|tiktok|paid_social|https://www.tiktok.com/|tt_|8 48 0|1.9|0.6
  snap_lens|snapchat|paid_social|https://www.snapchat.com/|sc_|2 22 0|1.5|0.5
  pin_inspiration|pinterest|paid_social|https://www.pinterest.com/|pn_|11 8 0|1.3|0.7
  reddit_ama|reddit|paid_social|https://www.reddit.com/|rd_|4 6 4|1.2|0.6
  newsletter_weekly|newsletter|email|||14 3 6|0.8|3.5
  newsletter_eu|newsletter|email|||6 1 2|0.8|3.5
  winback_email|klaviyo|email|||5 2 1|0.8|4
  loyalty_sms|sms|sms|||5 4 0|1.3|4
  app_install|applovin|in_app|https://applovin.com/|al_|6 16 0|1.3|0.4
  app_install|unity|in_app|https://unityads.unity3d.com/|un_|4 12 0|1.3|0.4
  b2b_demo|linkedin|cpc|https://www.linkedin.com/|li_|1 0 46|0.4|1.2
  b2b_whitepaper|linkedin|sponsored|https://www.linkedin.com/|li_|1 0 38|0.4|0.8
  b2b_trial|google|cpc|https://www.google.com/|gg_|2 0 30|0.5|1.3
  b2b_trial|capterra|referral|https://www.capterra.com/|cp_|1 0 14|0.5|1
  affiliate_deals|awin|affiliate|https://www.hotukdeals.com/|aw_|11 3 1|1|1.2
  affiliate_deals|cj|affiliate|https://slickdeals.net/|cj_|13 3 1|1|1.2
  affiliate_coupons|rakuten|affiliate|https://www.rakuten.com/|rk_|9 3 0|1|2
  affiliate_coupons|honey|affiliate|https://www.joinhoney.com/|hn_|7 3 0|1|2
  affiliate_content|impact|affiliate|https://www.nytimes.com/wirecutter/|im_|7 1 2|1|0.8
  native_stories|taboola|native|https://trc.taboola.com/|tb_|17 2 2|1.1|0.5
  native_stories|outbrain|native|https://paid.outbrain.com/|ob_|13 1 3|1.1|0.5
  podcast_code|podcast|audio|||5 3 4|0.9|0.8
  qr_packaging|qr|offline|||4 4 0|1|0.8
  -|direct||||62 22 34|1|3
  -|google|organic|https://www.google.com/||58 16 36|0.9|1.4
  -|google|organic|https://www.google.de/||9 2 4|0.9|1.4
  -|bing|organic|https://www.bing.com/||13 1 16|0.8|1.4
  -|duckduckgo|organic|https://duckduckgo.com/||6 2 5|1|1.2
  -|yahoo|organic|https://search.yahoo.com/||5 0 2|0.9|1.2
  -|tiktok.com|social|https://www.tiktok.com/||3 34 0|4|0.8
  -|vm.tiktok.com|social|https://vm.tiktok.com/||1 9 0|4|0.8
  -|facebook.com|social|https://l.facebook.com/||12 3 1|1.1|0.9
  -|instagram.com|social|https://l.instagram.com/||5 14 0|1.3|0.9
  -|reddit.com|social|https://www.reddit.com/||6 7 6|1.2|0.9
  -|youtube.com|social|https://www.youtube.com/||5 6 2|1.3|0.9
  -|x.com|social|https://t.co/||4 3 4|1|0.9
  -|linkedin.com|social|https://www.linkedin.com/||1 0 18|0.3|0.9
  -|mail.google.com|email|https://mail.google.com/||6 1 8|0.8|2
  -|${RANDOM_SITE}|referral|${RANDOM_SITE}||54 12 22|1|0.9`;

/** Links that were printed, posted or mailed and belong to no campaign. */
const STRAY_SLUGS = ['go', 'shop', 'app', 'link', 'blog', 'bio'];

/** Ads are followed by crawlers too, but rather those that people share. */
const BOT_SHARE = 0.3;

function parse(line: string, index: number): Placement {
  const [campaign, source = '', medium = '', referer = '', prefix = '', weights = '', ...factors] =
    line.trim().split('|');
  const [everybody = 0, young = 0, business = 0] = weights.split(' ').map(Number);
  const campaignId = campaign === undefined || campaign === '-' ? null : campaign;
  const bots = campaignId === null ? everybody : everybody * BOT_SHARE;
  return {
    ...{ campaignId, source, medium, referer, clickIdPrefix: prefix, eventType: 'click' },
    slug: campaignId ?? STRAY_SLUGS[index % STRAY_SLUGS.length] ?? 'go',
    isTagged: campaignId !== null,
    weights: { everybody, young, business, bots },
    eveningFactor: Number(factors[0]),
    returningFactor: Number(factors[1]),
  };
}

/** A page of the shop that reports its visitors itself. */
const PAGE_VIEW: Omit<Placement, 'source' | 'medium' | 'referer'> = {
  campaignId: null,
  slug: '',
  eventType: 'pageview',
  isTagged: false,
  clickIdPrefix: '',
  weights: { everybody: 1, young: 1, business: 1, bots: 0 },
  eveningFactor: 1,
  returningFactor: 1,
};

/** The touches by click first; then those of visits, which are chosen among themselves. */
export const CLICK_PLACEMENTS: readonly Placement[] = TABLE.trim().split('\n').map(parse);

export const VISIT_PLACEMENTS: readonly Placement[] = [
  { ...PAGE_VIEW, source: 'direct', medium: '', referer: '' },
  { ...PAGE_VIEW, source: 'direct', medium: '', referer: 'https://shop.acmecorp.com/' },
  { ...PAGE_VIEW, source: 'google', medium: 'organic', referer: 'https://www.google.com/' },
];

for (const { campaignId } of CLICK_PLACEMENTS) {
  if (campaignId !== null && !DEMO_CAMPAIGNS.some((each) => each.campaignId === campaignId)) {
    throw new Error(`placement of an unknown campaign ${campaignId}`);
  }
}
