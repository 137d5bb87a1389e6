/**
 * The long tail of sites that link to the shop: two words and an ending. The most frequent sites come
 * first, and how often one comes follows Zipf's law.
 */
export const SITE_COUNT = 1_500;

export const SITE_FIRST_WORDS = words(`daily urban happy green nordic little modern vintage smart
  cosy wild bright simple honest lucky sunny quiet rapid local global hidden golden silver coastal
  alpine rustic gentle curious clever brave minimal classy thrifty frugal trendy artsy crafty sporty
  active healthy`);
export const SITE_SECOND_WORDS = words(`garden kitchen style runner traveller outfit closet family
  reader gamer maker cyclist camper hiker dad mum nomad budget deals review report journal weekly
  digest post gazette forum board club corner studio lab hub guide atlas notes market bazaar loft
  sneakers fashion fitness`);
export const SITE_ENDINGS = words(`com com com net org co de co.uk fr io blog`);

export const PAGE_WORDS = words(`summer-outfits best-running-shoes gift-guide autumn-trends
  how-to-style review top-10 black-friday-preview sustainable-brands packing-list home-office
  wedding-guests rainy-days size-guide new-arrivals sale cart checkout women men kids shoes jackets
  accessories`);

export const SHOP_PAGES = words(`/ /women /men /kids /shoes /jackets /accessories /sale /cart
  /checkout /new-arrivals /size-guide /women/dresses /men/shirts /shoes/running /shoes/boots
  /jackets/rain /gift-cards /stores /about`);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
