import { UserAgentLookup } from '../../../actors/worker/enrich/user-agent.ts';
import type { Audience } from './audiences.ts';

export type Browser = {
  userAgent: string;
  /** Share of the visitors of each audience; any unit. */
  weights: Readonly<Record<Audience, number>>;
  deviceType: string;
  os: string;
  osVersion: string;
  browser: string;
  browserVersion: string;
  isBot: boolean;
  botReason: string;
  /** The headers with which Chromium tells the same; '' for other browsers. */
  clientHints: string;
  clientHintPlatform: string;
};

const PHONES = [
  ...['SM-S921B', 'SM-S911U', 'SM-A546B', 'SM-A155F', 'SM-G991B', 'SM-A536E', 'SM-S928U'],
  ...['Pixel 8', 'Pixel 7a', 'Pixel 9', 'Pixel 6', 'moto g power', '2201117TY', '23021RAA2Y'],
  ...['CPH2591', 'V2250', 'RMX3870', 'ONEPLUS A6013', 'M2101K6G', 'Redmi Note 12'],
];
const CHROME_VERSIONS = [143, 142, 141, 140, 138, 134, 126];
const IOS_VERSIONS = ['18_7', '18_6_2', '18_5', '17_7', '17_6_1', '16_7_10', '15_8_3'];

/** [user agent, weights of everybody, young, business, bots] */
type Row = readonly [string, number, number, number, number];

const chromium = (system: string, version: number, rest = '') =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 ${rest}`;
const webKit = (system: string, rest: string) =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;

/** Newer versions are more frequent: halved from one to the next. */
const decline = (index: number) => 0.5 ** index;

function phoneRows(): Row[] {
  const iphones = IOS_VERSIONS.flatMap((version, index): Row[] => {
    const system = `iPhone; CPU iPhone OS ${version} like Mac OS X`;
    const name = version.split('_').slice(0, 2).join('.');
    const share = decline(index);
    const app = `Mobile/15E148 [FBAN/FBIOS;FBAV/53${9 - index}.0.0.44.106;FBDV/iPhone15,2;FBSN/iOS;FBSV/${name}]`;
    return [
      [
        webKit(system, `Version/${name} Mobile/15E148 Safari/604.1`),
        130 * share,
        220 * share,
        18 * share,
        0,
      ],
      [
        webKit(system, `CriOS/14${3 - (index % 3)}.0.7499.92 Mobile/15E148 Safari/604.1`),
        18 * share,
        25 * share,
        4 * share,
        0,
      ],
      [webKit(system, app), 14 * share, 40 * share, 0, 0],
      [
        webKit(
          system,
          `Mobile/15E148 Instagram 40${9 - index}.0.0.30.85 (iPhone15,2; iOS ${version}; en_US; en; scale=3.00; 1179x2556; 613456789)`,
        ),
        9 * share,
        60 * share,
        0,
        0,
      ],
    ];
  });
  const androids = PHONES.flatMap((model, index): Row[] => {
    const android = 15 - (index % 4);
    const share = 1 / (index + 2);
    return CHROME_VERSIONS.slice(0, 4).map((version, age): Row => {
      const system = `Linux; Android ${android}; ${model}`;
      const weight = share * decline(age);
      return [
        chromium(system, version, 'Mobile Safari/537.36'),
        75 * weight,
        90 * weight,
        9 * weight,
        0,
      ];
    });
  });
  const samsung = ['SM-S921B', 'SM-A546B', 'SM-A155F'].map((model, index): Row => {
    const system = `Linux; Android 14; ${model}`;
    const rest = `SamsungBrowser/2${8 - index}.0 Chrome/130.0.0.0 Mobile Safari/537.36`;
    return [
      `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${rest}`,
      8 * decline(index),
      10 * decline(index),
      1,
      0,
    ];
  });
  return [...iphones, ...androids, ...samsung];
}

function tabletRows(): Row[] {
  return IOS_VERSIONS.slice(0, 4).flatMap((version, index): Row[] => {
    const name = version.split('_').slice(0, 2).join('.');
    const pad = `iPad; CPU OS ${version} like Mac OS X`;
    return [
      [
        webKit(pad, `Version/${name} Mobile/15E148 Safari/604.1`),
        14 * decline(index),
        0,
        3 * decline(index),
        0,
      ],
      [
        chromium(`Linux; Android 1${4 - index}; SM-T870`, 142 - index, 'Safari/537.36'),
        5 * decline(index),
        0,
        1,
        0,
      ],
    ];
  });
}

function computerRows(): Row[] {
  const windows = 'Windows NT 10.0; Win64; x64';
  const mac = 'Macintosh; Intel Mac OS X 10_15_7';
  return CHROME_VERSIONS.flatMap((version, index): Row[] => {
    const share = decline(index);
    const firefox = `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
    return [
      [chromium(windows, version, 'Safari/537.36'), 70 * share, 0, 150 * share, 0],
      [
        chromium(windows, version, `Safari/537.36 Edg/${version}.0.3650.66`),
        22 * share,
        0,
        90 * share,
        0,
      ],
      [chromium(mac, version, 'Safari/537.36'), 28 * share, 0, 60 * share, 0],
      [chromium('X11; Linux x86_64', version, 'Safari/537.36'), 5 * share, 0, 12 * share, 0],
      [firefox, 14 * share, 0, 24 * share, 0],
      [
        webKit(mac, `Version/${index < 3 ? 18 - index : 17}.${index} Safari/605.1.15`),
        30 * share,
        0,
        34 * share,
        0,
      ],
    ];
  });
}

function botRows(): Row[] {
  const agents: ReadonlyArray<readonly [string, number]> = [
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 30],
    ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 14],
    ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 13],
    ['Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)', 9],
    ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 14],
    ['Twitterbot/1.0', 4],
    ['python-requests/2.32.3', 6],
    ['curl/8.5.0', 4],
    ['Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)', 6],
  ];
  return agents.map(([userAgent, weight]): Row => [userAgent, 0, 0, 0, weight]);
}

const lookup = new UserAgentLookup(2_000);

function describe([userAgent, everybody, young, business, bots]: Row): Browser {
  const { deviceType, os, osVersion, browser, browserVersion, isBot, botReason } =
    lookup.lookup(userAgent);
  const version = / Chrome\/(\d+)/.exec(userAgent)?.[1];
  const hasHints = version !== undefined && !userAgent.includes('SamsungBrowser');
  const brand = userAgent.includes(' Edg/') ? 'Microsoft Edge' : 'Google Chrome';
  return {
    userAgent,
    weights: { everybody, young, business, bots },
    ...{ deviceType, os, osVersion, browser, browserVersion, isBot, botReason },
    clientHints: hasHints
      ? `"${brand}";v="${version}", "Chromium";v="${version}", "Not_A Brand";v="24"`
      : '',
    clientHintPlatform: hasHints ? `"${os}"` : '',
  };
}

/** Real user agents, with the columns that the engine derives from them. */
export const BROWSERS: readonly Browser[] = [
  ...phoneRows(),
  ...tabletRows(),
  ...computerRows(),
  ...botRows(),
].map(describe);
