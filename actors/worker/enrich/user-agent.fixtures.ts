/**
 * Real user agents, and what `UserAgentLookup` makes of them:
 * `device_type | os | os_version | browser | browser_version`.
 */
export const USER_AGENTS: ReadonlyArray<readonly [expected: string, userAgent: string]> = [
  [
    'mobile | iOS | 17.5.1 | Safari | 17.5',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  ],
  [
    'mobile | iOS | 17.5 | Chrome | 126.0.6478.54',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1',
  ],
  [
    'mobile | iOS | 17.5 | Firefox | 127.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15',
  ],
  [
    'mobile | iOS | 17.5.1 | Edge | 126.0.2592.56',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/126.0.2592.56 Mobile/15E148 Safari/605.1.15',
  ],
  [
    'tablet | iOS | 17.5.1 | Safari | 17.5',
    'Mozilla/5.0 (iPad; CPU OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  ],
  [
    'tablet | iOS | 17.5 | Chrome | 126.0.6478.54',
    'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1',
  ],
  [
    'desktop | macOS | 10.15.7 | Safari | 17.5',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  ],
  [
    'desktop | macOS | 10.15.7 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'desktop | macOS | 10.15 | Firefox | 127.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0',
  ],
  [
    'desktop | Windows | 10 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'desktop | Windows | 10 | Firefox | 127.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0',
  ],
  [
    'desktop | Windows | 10 | Edge | 126.0.2592.68',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68',
  ],
  [
    'desktop | Windows | 10 | Opera | 111.0.0.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0',
  ],
  [
    'desktop | Windows | 10 | Vivaldi | 6.8.3381.44',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Vivaldi/6.8.3381.44',
  ],
  [
    'desktop | Windows | 7 | Internet Explorer | 11.0',
    'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko',
  ],
  [
    'desktop | Linux |  | Chrome | 126.0.0.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'desktop | Linux |  | Firefox | 127.0',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
  ],
  [
    'desktop | Chrome OS | 14541.0.0 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'mobile | Android | 10 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  ],
  [
    'tablet | Android | 10 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'mobile | Android | 14 | Chrome | 126.0.6478.71',
    'Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.71 Mobile Safari/537.36',
  ],
  [
    'mobile | Android | 14 | Samsung Internet | 25.0',
    'Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
  ],
  [
    'mobile | Android | 10 | Samsung Internet | 25.0',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
  ],
  [
    'tablet | Android | 13 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'mobile | Android | 14 | Chrome | 126.0.6478.71',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.71 Mobile Safari/537.36',
  ],
  [
    'mobile | Android | 14 | Firefox | 127.0',
    'Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0',
  ],
  [
    'tablet | Android | 13 | Firefox | 127.0',
    'Mozilla/5.0 (Android 13; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0',
  ],
  [
    'mobile | Android | 13 | Facebook | 468.0.0.55.75',
    'Mozilla/5.0 (Linux; Android 13; M2101K6G Build/TKQ1.221013.002; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/468.0.0.55.75;]',
  ],
  [
    'mobile | iOS | 17.5.1 | Facebook | 468.0.0.41.106',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/468.0.0.41.106;FBBV/611632116;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5;FBRV/613538210]',
  ],
  [
    'mobile | iOS | 17.5.1 | Instagram | 337.0.2.24.92',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 Instagram 337.0.2.24.92 (iPhone13,2; iOS 17_5_1; en_US; en; scale=3.00; 1170x2532; 614064327)',
  ],
  [
    'mobile | Android | 14 | Instagram | 337.0.0.35.102',
    'Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 Instagram 337.0.0.35.102 Android (34/14; 420dpi; 1080x2340; samsung; SM-A546B; a54x; s5e8835; de_DE; 613390231)',
  ],
  [
    'mobile | iOS | 17.5.1 | TikTok | 35.1.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_35.1.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US FalconTag/6E39F1F1-0F2C-4D55-8F42-9A5A1D8F3A3C',
  ],
  [
    'mobile | Android | 13 | TikTok | 35.1.3',
    'Mozilla/5.0 (Linux; Android 13; SM-A127F Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 trill_350103 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly app_version/35.1.3 ByteLocale/en ByteFullLocale/en Region/GB',
  ],
  [
    'mobile | Android | 13 | TikTok | ',
    'Mozilla/5.0 (Linux; Android 13; SM-A127F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 BytedanceWebview/d8a21c6',
  ],
  [
    'mobile | iOS | 17.4 | Snapchat | 12.93.0.40',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Snapchat/12.93.0.40 (like Safari/8617.2.4.10.8, panda)',
  ],
  [
    'mobile | iOS | 17.5 | Pinterest | ',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]',
  ],
  [
    'mobile | Android | 14 | Pinterest | ',
    'Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/AP1A.240505.005; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.113 Mobile Safari/537.36 [Pinterest/Android]',
  ],
  [
    'mobile | iOS | 17.5.1 | LinkedIn | 9.29.5560',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 LinkedInApp]/9.29.5560',
  ],
  [
    'mobile | iOS | 17.5.1 | LinkedIn | 9.29.6108',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1 [LinkedInApp]/9.29.6108',
  ],
  [
    'mobile | iOS | 17.5.1 | Twitter | 10.45',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Twitter for iPhone/10.45',
  ],
  [
    'mobile | iOS | 17.5.1 | Google app | 322.0.641762497',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/322.0.641762497 Mobile/15E148 Safari/604.1',
  ],
  [
    'mobile | iOS | 17.5 | WeChat | 8.0.49',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/en',
  ],
  [
    'mobile | Android | 13 | Chrome WebView | 125.0.0.0',
    'Mozilla/5.0 (Linux; Android 13; 2201117TG; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.0.0 Mobile Safari/537.36',
  ],
  [
    'mobile | Android | 12 | MIUI Browser | 14.8.1',
    'Mozilla/5.0 (Linux; U; Android 12; en-us; Redmi Note 9 Pro Build/SKQ1.211019.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.8.1-gn',
  ],
  [
    'tablet | Android | 9 | Silk | 125.3.1',
    'Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/125.3.1 like Chrome/125.0.6422.165 Safari/537.36',
  ],
  [
    'tablet | Android | 11 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Linux; Android 11; Lenovo TB-X606F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  [
    'mobile | HarmonyOS | 10 | Huawei Browser | 15.0.3.301',
    'Mozilla/5.0 (Linux; Android 10; HarmonyOS; NOH-NX9; HMSCore 6.13.0.352) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.5735.196 HuaweiBrowser/15.0.3.301 Mobile Safari/537.36',
  ],
  [
    'mobile | Android |  | Opera Mini | 36.2.2254',
    'Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16',
  ],
  [
    'mobile | Android | 13 | Opera | 83.0.2254.73070',
    'Mozilla/5.0 (Linux; Android 13; CPH2127; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 OPR/83.0.2254.73070',
  ],
  [
    'mobile | Android | 11 | UC Browser | 13.4.0.1306',
    'Mozilla/5.0 (Linux; U; Android 11; en-US; vivo 1906 Build/RKQ1.200826.002) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.4.0.1306 Mobile Safari/537.36',
  ],
  [
    'desktop | Windows | 10 | Yandex Browser | 24.6.0.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36',
  ],
  [
    'other | PlayStation | 5 | other | ',
    'Mozilla/5.0 (PlayStation 5 3.20) AppleWebKit/605.1.15 (KHTML, like Gecko)',
  ],
  [
    'other | Tizen | 6.0 | Safari | ',
    'Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36',
  ],
  [
    'other | webOS | TV | Chrome | 94.0.4606.128',
    'Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager',
  ],
  [
    'bot | other |  | other | ',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  ],
  [
    'bot | Android | 6.0.1 | Chrome | 126.0.6478.61',
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.61 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  ],
  [
    'bot | other |  | other | ',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  ],
  [
    'bot | Linux |  | Chrome Headless | 126.0.0.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36',
  ],
  ['bot | other |  | other | ', 'curl/8.5.0'],
  ['bot | other |  | other | ', 'python-requests/2.31.0'],
  ['bot | other |  | other | ', 'Wget/1.21.4'],
  ['bot | other |  | other | ', 'Twitterbot/1.0'],
  [
    'bot | other |  | other | ',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  ],
  ['bot | other |  | other | ', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['bot | other |  | other | ', 'WhatsApp/2.23.20.0'],
  [
    'bot | Windows | 10 | other | ',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)',
  ],
  ['bot | other |  | other | ', 'garbage'],
  ['bot | other |  | other | ', 'okhttp/4.12.0'],
  [
    'mobile | Android | 13 | other | ',
    'Dalvik/2.1.0 (Linux; U; Android 13; SM-A127F Build/TP1A.220624.014)',
  ],
  ['mobile | iOS |  | other | ', 'MyApp/1.0 CFNetwork/1496.0.7 Darwin/23.5.0'],
  [
    'mobile | Windows Phone | 10.0 | Edge | 15.14977',
    'Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.14977',
  ],
  [
    'mobile | iOS | 15.8 | Safari | 15.6',
    'Mozilla/5.0 (iPod touch; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1',
  ],
  [
    'mobile | iOS | 17.5 | DuckDuckGo | 7',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15',
  ],
  [
    'mobile | Android | 12 | Edge | 126.0.2592.56',
    'Mozilla/5.0 (Linux; Android 12; moto g(30)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.2592.56',
  ],
  [
    'mobile | Android | 14 | Line | 14.9.1',
    'Mozilla/5.0 (Linux; Android 14; SM-S911B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 Line/14.9.1/IAB',
  ],
  [
    'desktop | FreeBSD |  | Firefox | 127.0',
    'Mozilla/5.0 (X11; FreeBSD amd64; rv:127.0) Gecko/20100101 Firefox/127.0',
  ],
  [
    'mobile | iOS | 17.5.1 | Threads | 337.0.0.33.91',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Barcelona 337.0.0.33.91 (iPhone15,2; iOS 17_5_1; en_US; en; scale=3.00; 1179x2556; 613456789)',
  ],
  [
    'other | Android | 14 | Oculus Browser | 33.0.0',
    'Mozilla/5.0 (Linux; Android 14; Quest 3) AppleWebKit/537.36 (KHTML, like Gecko) OculusBrowser/33.0.0 Chrome/124.0.6367.118 VR Safari/537.36',
  ],
  [
    'tablet | iOS | 17.5.1 | Facebook | 468.0.0.41.106',
    'Mozilla/5.0 (iPad; CPU OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/468.0.0.41.106;FBDV/iPad13,1;FBSN/iPadOS;FBSV/17.5.1]',
  ],
  [
    'mobile | Android | 14 | Messenger | 464.0.0.49.109',
    'Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAV/464.0.0.49.109;]',
  ],
  [
    'other | Android | 9 | Chrome WebView | 70.0.3538.110',
    'Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7233; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36',
  ],
  [
    'other | Android | 12 | Chrome | 112.0.5615.136',
    'Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH2 Build/STT2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.5615.136 Safari/537.36',
  ],
  [
    'other | Xbox | Series X | Edge | 44.18363.8131',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edge/44.18363.8131',
  ],
  [
    'tablet | Android | 13 | Samsung Internet | 25.0',
    'Mozilla/5.0 (Linux; Android 13; SM-T870) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36',
  ],
  [
    'mobile | KaiOS | 3.1 | Firefox | 84.0',
    'Mozilla/5.0 (Mobile; Nokia 2780 Flip; rv:84.0) Gecko/84.0 Firefox/84.0 KAIOS/3.1',
  ],
  [
    'mobile | iOS | 17.5.1 | Safari WebView | 605.1.15',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  ],
  [
    'mobile | Android | 14 | Reddit | 2024.24.0',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 Reddit/Version 2024.24.0/Build 1591451/Android 14',
  ],
  [
    'mobile | Android | 12 | Chrome | 126.0.0.0',
    'Mozilla/5.0 (Linux; Android 12; Pixel C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  ],
];
