/**
 * Which sites send what kind of traffic. Off the hot path: `SourceLookup` keeps the results by host.
 */

export type RefererKind = {
  source: string;
  medium: 'organic' | 'social' | 'email' | 'referral';
};

/** Search engines by host, or by the name before the country's ending (`google.co.uk`). */
const SEARCH_ENGINES: Readonly<Record<string, string>> = {
  'bing.com': 'bing',
  'cn.bing.com': 'bing',
  'duckduckgo.com': 'duckduckgo',
  'html.duckduckgo.com': 'duckduckgo',
  'search.yahoo.com': 'yahoo',
  'search.yahoo.co.jp': 'yahoo',
  'yahoo.com': 'yahoo',
  'baidu.com': 'baidu',
  'm.baidu.com': 'baidu',
  'ecosia.org': 'ecosia',
  'qwant.com': 'qwant',
  'startpage.com': 'startpage',
  'search.brave.com': 'brave',
  'search.naver.com': 'naver',
  'm.search.naver.com': 'naver',
  'search.daum.net': 'daum',
  'search.seznam.cz': 'seznam',
  'search.aol.com': 'aol',
  'ask.com': 'ask',
  'sogou.com': 'sogou',
  'm.sogou.com': 'sogou',
  'so.com': '360',
  'go.mail.ru': 'mail.ru',
  'swisscows.com': 'swisscows',
  'mojeek.com': 'mojeek',
  'kagi.com': 'kagi',
  'search.marginalia.nu': 'marginalia',
  'com.google.android.googlequicksearchbox': 'google',
};

/** Engines with a domain per country; images and mobile pages are theirs too. */
const NATIONAL_SEARCH = /^(?:m\.|images\.|search\.)?(google|yandex)\.(?:com?\.)?[a-z]{2,3}$/;
const YAHOO_SEARCH = /^[a-z]{2}\.search\.yahoo\.com$/;

/** The domain of each network, for itself and everything below it. */
const SOCIAL_NETWORKS: ReadonlySet<string> = new Set(
  `facebook.com fb.com fb.me messenger.com instagram.com threads.net threads.com tiktok.com
  twitter.com x.com linkedin.com pinterest.com pinterest.co.uk pinterest.de pinterest.fr
  pinterest.ca pinterest.es reddit.com snapchat.com youtube.com youtu.be vk.com ok.ru weibo.com
  weibo.cn douyin.com kuaishou.com tumblr.com quora.com discord.com discordapp.com twitch.tv
  telegram.org t.me whatsapp.com wa.me mastodon.social bsky.app xing.com line.me kakao.com
  naver.me zalo.me bereal.com nextdoor.com flipboard.com`.split(/\s+/),
);

/** Hosts and Android apps that stand for another name. */
const ALIASES: Readonly<Record<string, string>> = {
  't.co': 'x.com',
  'lnkd.in': 'linkedin.com',
  'pin.it': 'pinterest.com',
  'redd.it': 'reddit.com',
  'com.facebook.katana': 'facebook.com',
  'com.facebook.orca': 'messenger.com',
  'com.instagram.android': 'instagram.com',
  'com.linkedin.android': 'linkedin.com',
  'com.pinterest': 'pinterest.com',
  'com.reddit.frontpage': 'reddit.com',
  'com.twitter.android': 'x.com',
  'com.zhiliaoapp.musically': 'tiktok.com',
  'com.snapchat.android': 'snapchat.com',
  'com.google.android.youtube': 'youtube.com',
  'org.telegram.messenger': 'telegram.org',
  'com.whatsapp': 'whatsapp.com',
};

const WEBMAIL: ReadonlySet<string> = new Set(
  `mail.google.com com.google.android.gm mail.yahoo.com mail.yahoo.co.jp outlook.live.com
  outlook.office.com outlook.office365.com com.microsoft.office.outlook mail.live.com mail.aol.com
  mail.proton.me mail.protonmail.com mail.zoho.com mail.yandex.ru mail.yandex.com e.mail.ru
  mail.ru webmail.gmx.net gmx.net navigator.gmx.net web.de navigator.web.de mail.qq.com mail.163.com
  app.fastmail.com icloud.com mail.naver.com email.t-online.de mail.rambler.ru webmail.freenet.de
  mail.ukr.net poczta.onet.pl poczta.wp.pl`.split(/\s+/),
);

/** Labels that networks put before their domain for phones and for links that lead away. */
const SHIM = /^(?:m|l|lm|mobile|out|away|old|new|web|touch|mbasic)\./;

/**
 * @param host lower case, without `www.` and port
 * @returns an engine's name with `organic`; a network's host with `social`, freed of labels for
 *   phones and outgoing links (`l.facebook.com` → `facebook.com`, `vm.tiktok.com` as it stands);
 *   else the host with `email` or `referral`
 */
export function classifyReferer(host: string): RefererKind {
  const engine =
    SEARCH_ENGINES[host] ??
    NATIONAL_SEARCH.exec(host)?.[1] ??
    (YAHOO_SEARCH.test(host) ? 'yahoo' : undefined);
  if (engine !== undefined) {
    return { source: engine, medium: 'organic' };
  }
  if (WEBMAIL.has(host) || host.startsWith('webmail.')) {
    return { source: host, medium: 'email' };
  }
  const alias = ALIASES[host];
  if (alias !== undefined) {
    return { source: alias, medium: 'social' };
  }
  return isSocial(host)
    ? { source: host.replace(SHIM, ''), medium: 'social' }
    : { source: host, medium: 'referral' };
}

function isSocial(host: string): boolean {
  for (let at = 0; at >= 0; at = host.indexOf('.', at + 1)) {
    if (SOCIAL_NETWORKS.has(at === 0 ? host : host.slice(at + 1))) {
      return true;
    }
  }
  return false;
}
