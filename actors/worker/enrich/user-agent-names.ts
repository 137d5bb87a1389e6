/**
 * From a user agent that was never seen before to the names that reports and rules use. Off the hot
 * path: `UserAgentLookup` keeps the results. About 12 µs for common browsers, 30 µs for odd ones.
 */
import UAParser from 'my-ua-parser';

export type DeviceType = 'mobile' | 'tablet' | 'desktop' | 'bot' | 'other';

export type UserAgentNames = {
  deviceType: DeviceType;
  os: string;
  osVersion: string;
  browser: string;
  browserVersion: string;
};

/** What stands for a system or browser that nobody knows. */
const OTHER = 'other';

const VERSION_LENGTH_MAX = 24;

const parser = new UAParser();

/** @param userAgent only its first 500 characters are looked at */
export function nameUserAgent(userAgent: string): UserAgentNames {
  parser.setUA(userAgent);
  const system = parser.getOS();
  const os = systemName(system.name);
  const app = inAppBrowser(userAgent);
  const parsed = app === null ? parser.getBrowser() : null;
  const browser = app?.name ?? browserName(parsed?.name, os);
  const version = app === null ? parsed?.version : app.version;
  return {
    deviceType: deviceType(userAgent, os),
    os,
    osVersion: VERSIONLESS_SYSTEMS.has(os) ? '' : versionText(system.version),
    browser,
    browserVersion: browser === OTHER ? '' : versionText(version),
  };
}

/** Apps that show pages themselves and that the parser does not know, or not in every form. */
const IN_APP_BROWSERS: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  ['Messenger', /FBAN\/Messenger.*?FBAV\/([\d.]+)/],
  ['Messenger', /FB_IAB\/(?:Orca-Android|MESSENGER);FBAV\/([\d.]+)/],
  ['Facebook', /\[FB(?:AN|_IAB)\/.*?FBAV\/([\d.]+)/],
  ['Threads', /\bBarcelona ([\d.]+)/],
  ['Pinterest', /\[Pinterest\/(?:iOS|Android)\]()/],
  ['LinkedIn', /LinkedInApp\]?\/([\d.]+)/],
  ['TikTok', /\b(?:musical_ly|trill|aweme)\b.*? app_version\/([\d.]+)/],
  ['TikTok', /\b(?:musical_ly|trill)_([\d.]+)/],
  ['TikTok', /\bBytedanceWebview\/()/],
  ['Reddit', /\bReddit\/(?:Version )?([\d.]*)/],
  ['Telegram', /\bTelegram-(?:Android|iOS)\/([\d.]+)/],
];

/** Most user agents name no such app; one test spares them eleven. */
const ANY_APP =
  /FBA[NV]|FB_IAB|Barcelona|Pinterest|LinkedInApp|musical_ly|trill|aweme|Bytedance|Reddit|Telegram/;

function inAppBrowser(userAgent: string): { name: string; version: string } | null {
  if (!ANY_APP.test(userAgent)) {
    return null;
  }
  for (const [name, pattern] of IN_APP_BROWSERS) {
    const match = pattern.exec(userAgent);
    if (match !== null) {
      return { name, version: match[1] ?? '' };
    }
  }
  return null;
}

const BROWSER_NAMES: Readonly<Record<string, string>> = {
  'Mobile Safari': 'Safari',
  IE: 'Internet Explorer',
  GSA: 'Google app',
  UCBrowser: 'UC Browser',
  Yandex: 'Yandex Browser',
  'Opera Mobi': 'Opera',
  'Opera Tablet': 'Opera',
  'Mobile Firefox': 'Firefox',
};

function browserName(name: string | undefined, os: string): string {
  if (name === undefined) {
    return OTHER;
  }
  if (name === 'WebKit') {
    // A page inside an app on iOS names its engine only.
    return os === 'iOS' ? 'Safari WebView' : OTHER;
  }
  return BROWSER_NAMES[name] ?? name;
}

const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  'Mac OS': 'macOS',
  'Chromium OS': 'Chrome OS',
  KAIOS: 'KaiOS',
  'Windows Mobile': 'Windows Phone',
  'Windows Phone OS': 'Windows Phone',
};

/** Distributions of Linux: few user agents name theirs, so a report by them would mislead. */
const LINUX =
  /^(linux|gnu|[kxln]?ubuntu|debian|suse|opensuse|gentoo|arch|slackware|fedora|mandriva|centos|red ?hat|mint|raspbian|deepin|manjaro|elementary os|mageia)$/i;

/** Where what the parser takes for the version is the processor, or the distribution's. */
const VERSIONLESS_SYSTEMS: ReadonlySet<string> = new Set(['Linux', OTHER]);

const DESKTOP_SYSTEMS: ReadonlySet<string> = new Set([
  'Windows',
  'macOS',
  'Linux',
  'Chrome OS',
  'FreeBSD',
  'OpenBSD',
  'NetBSD',
  'Solaris',
]);

/** Systems of phones whose user agents sometimes name no device. */
const PHONE_SYSTEMS: ReadonlySet<string> = new Set(['iOS', 'Android', 'Windows Phone', 'KaiOS']);

function systemName(name: string | undefined): string {
  if (name === undefined) {
    return OTHER;
  }
  return SYSTEM_NAMES[name] ?? (LINUX.test(name) ? 'Linux' : name);
}

/** An Android phone that says so; tablets and televisions that say `Mobile` too are left out. */
const ANDROID_PHONE =
  /^(?!.*(?:Tablet|\bTV\b|SM-[TPX]|\bKF[A-Z]{2}|\bAFT[A-Z]|\bPad\b)).*Android.*\bMobile\b/;

function deviceType(userAgent: string, os: string): DeviceType {
  if (userAgent.includes('(iPhone') || ANDROID_PHONE.test(userAgent)) {
    return 'mobile';
  }
  if (userAgent.includes('(Windows NT 1') || userAgent.includes('(Macintosh')) {
    return userAgent.includes('Xbox') ? 'other' : 'desktop';
  }
  const type = parser.getDevice().type;
  if (type === 'mobile' || type === 'tablet') {
    return type;
  }
  if (type !== undefined) {
    return 'other';
  }
  if (PHONE_SYSTEMS.has(os)) {
    return 'mobile';
  }
  return DESKTOP_SYSTEMS.has(os) ? 'desktop' : 'other';
}

function versionText(version: string | undefined): string {
  return version === undefined ? '' : version.slice(0, VERSION_LENGTH_MAX);
}
