/** A campaign of the demo history; its clicks come through the placements of placements.ts. */
export type DemoCampaign = {
  campaignId: string;
  name: string;
  tags: readonly string[];
  /** Share of its clicks that convert. */
  conversionRate: number;
  /** What is converted: `purchase`, `signup`, … */
  conversionEvent: string;
  /** The median value, in hundredths of the currency; 0: leads, which have no value. */
  valueMedianCents: number;
  currency: string;
  /** Median time from the click to the conversion, in seconds. */
  delayMedianSeconds: number;
};

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** id | name | tags | rate in % | event | median value | currency | median delay in seconds */
const TABLE = `
  summer_sale|Summer Sale|summer sale|3.1|purchase|74.90|USD|${40 * MINUTE}
  back_to_school|Back to School|seasonal sale|2.7|purchase|58.40|USD|${2 * HOUR}
  black_friday|Black Friday|seasonal sale|4.6|purchase|96.00|USD|${15 * MINUTE}
  black_friday_eu|Black Friday Europe|seasonal sale europe|4.2|purchase|89.00|EUR|${20 * MINUTE}
  autumn_collection|Autumn Collection|autumn brand|1.9|purchase|112.50|USD|${9 * HOUR}
  autumn_collection_eu|Autumn Collection Europe|autumn brand europe|1.8|purchase|104.00|EUR|${9 * HOUR}
  brand_search_us|Brand Search US|search brand|6.2|purchase|81.30|USD|${12 * MINUTE}
  brand_search_eu|Brand Search Europe|search brand europe|5.8|purchase|76.00|EUR|${12 * MINUTE}
  shoes_search|Shoes Search|search generic|2.4|purchase|94.95|USD|${5 * HOUR}
  jackets_search|Jackets Search|search generic|2.2|purchase|148.00|USD|${8 * HOUR}
  shopping_feed|Shopping Feed|shopping|3.4|purchase|69.99|USD|${HOUR}
  shopping_feed_uk|Shopping Feed UK|shopping europe|3.2|purchase|59.99|EUR|${HOUR}
  retargeting_cart|Retargeting Cart|retargeting|5.5|purchase|88.20|USD|${25 * MINUTE}
  retargeting_view|Retargeting Viewed|retargeting|2.1|purchase|79.00|USD|${3 * HOUR}
  awareness_video|Awareness Video|brand video|0.3|purchase|71.00|USD|${3 * DAY}
  awareness_reels|Awareness Reels|brand video social|0.4|purchase|52.00|USD|${2 * DAY}
  creator_spring|Creator Programme|creators social|1.4|purchase|47.50|USD|${6 * HOUR}
  creator_beauty|Creators Beauty|creators social|1.6|purchase|38.90|USD|${4 * HOUR}
  tiktok_spark|TikTok Spark Ads|social video|0.9|purchase|34.90|USD|${5 * HOUR}
  snap_lens|Snap Lens|social video|0.5|purchase|31.50|USD|${8 * HOUR}
  pin_inspiration|Pin Inspiration|social inspiration|1.1|purchase|64.00|USD|${2 * DAY}
  reddit_ama|Reddit AMA|social community|0.8|signup|0|USD|${DAY}
  newsletter_weekly|Weekly Newsletter|email|4.4|purchase|83.70|USD|${30 * MINUTE}
  newsletter_eu|Newsletter Europe|email europe|4.1|purchase|78.00|EUR|${35 * MINUTE}
  winback_email|Win-back Email|email retention|2.9|purchase|66.30|USD|${90 * MINUTE}
  loyalty_sms|Loyalty SMS|sms retention|5.1|purchase|54.20|USD|${10 * MINUTE}
  app_install|App Install|app|7.5|install|0|USD|${8 * MINUTE}
  b2b_demo|Book a Demo|b2b|1.7|lead|0|USD|${DAY}
  b2b_whitepaper|White Paper|b2b content|8.4|lead|0|USD|${6 * MINUTE}
  b2b_trial|Free Trial|b2b|3.3|signup|0|USD|${2 * HOUR}
  affiliate_deals|Affiliate Deals|affiliate|3.8|purchase|61.40|USD|${50 * MINUTE}
  affiliate_coupons|Affiliate Coupons|affiliate|6.9|purchase|57.10|USD|${7 * MINUTE}
  affiliate_content|Affiliate Content|affiliate content|1.5|purchase|99.00|EUR|${14 * HOUR}
  native_stories|Native Stories|native|0.7|purchase|63.20|USD|${10 * HOUR}
  podcast_code|Podcast Code|audio brand|2.3|purchase|92.00|USD|${2 * DAY}
  qr_packaging|QR on Packaging|offline|1.2|signup|0|USD|${20 * MINUTE}`;

export const DEMO_CAMPAIGNS: readonly DemoCampaign[] = TABLE.trim().split('\n').map(parse);

function parse(line: string): DemoCampaign {
  const [campaignId = '', name = '', tags = '', rate, event = '', value, currency = '', delay] =
    line.trim().split('|');
  return {
    ...{ campaignId, name, tags: tags.split(' '), conversionRate: Number(rate) / 100 },
    ...{ conversionEvent: event, valueMedianCents: Math.round(Number(value) * 100), currency },
    delayMedianSeconds: Number(delay),
  };
}

/** Where a campaign sends its visitors. */
export function destinationOf(campaignId: string): string {
  return `https://shop.acmecorp.com/${campaignId.replaceAll('_', '-')}`;
}

/** What is handed on to the destination. */
export const PASSTHROUGH = ['click_id', 'source'] as const;
