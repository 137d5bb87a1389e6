/**
 * In which countries a browser's language surprises nobody. Made so that hardly anybody is suspected
 * wrongly, at the price of seeing less:
 *
 * - English is expected everywhere, and so is every language that is not in the table: only languages
 *   that belong to a part of the world can be out of place.
 * - A language is at home in whole parts of the world, neighbours and their minorities included, and in
 *   the countries to which its speakers have moved.
 * - Countries where many foreigners live, study, work or transit take every language.
 * - Where people spend holidays, languages of people who travel far are expected as well.
 * - A tag whose region is the country itself (`vi-BR` in Brazil) is never out of place.
 */

const AREAS = {
  europe: `AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT
    LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK TR`,
  caucasus: 'AM AZ GE TR RU IR',
  centralAsia: 'KZ KG TJ TM UZ MN AF RU',
  middleEast: 'AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE',
  northAfrica: 'DZ EG EH LY MA MR SD TN',
  africa: `AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML
    MR MU MW MZ NA NE NG RE RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW`,
  southAsia: 'AF BD BT IN LK MV NP PK MM IR',
  southEastAsia: 'BN ID KH LA MM MY PH SG TH TL VN',
  eastAsia: 'CN HK JP KP KR MN MO TW',
  oceania: 'AS AU CK FJ FM GU KI MH MP NC NR NU NZ PF PG PW SB TK TO TV VU WF WS',
  latinAmerica: 'AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE BZ GY SR GF',
  caribbean: `AG AI AW BB BL BM BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI`,
} as const;

type Area = keyof typeof AREAS;

/** Many foreigners live, study, work or change planes there. */
const OPEN = codes(`US CA GB IE AU NZ DE AT CH LI LU BE NL FR MC IT ES PT AD SE NO DK FI IS
  AE QA BH KW OM SA SG HK MO MY TH CY MT IL`);

/** Many come there from far away for some weeks. */
const HOLIDAY =
  codes(`AR AW BB BG BQ BR BS BW BZ CL CN CO CR CU CV CW CZ DO EC EE EG FJ GE GM GP GR GT
  GU HR HU ID IN IS JM JO JP KE KH KR KY LA LK LT LV MA ME MG MM MQ MU MV MX NA NC NP PA PE PF PH PL
  PR RE RO RS RU SC SI SK SN SX TC TN TR TT TW TZ UG UY UZ VN ZA ZM ZW`);

/** Of people who travel far. */
const TRAVELLING = codes(
  'cs da de es et fi fr he hu is it ja ko lt lv nb nl nn no pl pt ru sk sl sv zh',
);

type Homes = { areas: readonly Area[]; also?: string };

/** Languages by where they are at home, areas first, then countries to which many have moved. */
const HOMES: ReadonlyArray<readonly [languages: string, homes: Homes]> = [
  ['da fi is nb nn no sv et lt lv', { areas: ['europe'] }],
  ['cs sk sl hr sr bs mk sq hu bg ro el pl', { areas: ['europe'], also: 'KZ AR BR CL' }],
  ['de it', { areas: ['europe', 'latinAmerica'], also: 'NA ZA TN EG ET ER LY SO KZ' }],
  ['nl', { areas: ['europe', 'caribbean'], also: 'SR ID ZA' }],
  [
    'fr',
    { areas: ['europe', 'africa', 'caribbean', 'middleEast', 'oceania'], also: 'GF VN KH LA' },
  ],
  ['es ca gl eu', { areas: ['europe', 'latinAmerica', 'caribbean'], also: 'GQ MA EH DZ PH AO' }],
  ['pt', { areas: ['europe', 'latinAmerica', 'africa', 'caribbean'], also: 'TL MO JP IN' }],
  [
    'ru uk be',
    { areas: ['europe', 'caucasus', 'centralAsia', 'middleEast'], also: 'TH VN ID LK IN MV' },
  ],
  ['tr az', { areas: ['europe', 'caucasus', 'centralAsia', 'middleEast', 'northAfrica'] }],
  ['ka hy', { areas: ['europe', 'caucasus', 'centralAsia', 'middleEast'], also: 'AR' }],
  ['kk ky uz tg tk mn', { areas: ['europe', 'caucasus', 'centralAsia', 'middleEast', 'eastAsia'] }],
  ['he', { areas: ['europe', 'middleEast', 'caucasus'], also: 'IN ZA ET' }],
  [
    'ar ku ckb',
    { areas: ['europe', 'caucasus', 'middleEast', 'africa', 'southEastAsia'], also: 'BR VE IN PK' },
  ],
  [
    'fa ps',
    { areas: ['europe', 'caucasus', 'centralAsia', 'middleEast', 'southAsia'], also: 'ID' },
  ],
  [
    'hi bn ur pa gu mr ta te kn ml si ne',
    {
      areas: ['southAsia', 'southEastAsia', 'middleEast', 'europe', 'oceania', 'caribbean'],
      also: 'ZA KE TZ UG MU MZ NG RE SC JP KR GY SR UZ KZ KG',
    },
  ],
  [
    'th vi km lo my',
    {
      areas: ['southEastAsia', 'eastAsia', 'oceania', 'europe', 'middleEast'],
      also: 'IN BD LK AO',
    },
  ],
  [
    'id ms fil tl ceb jv',
    {
      areas: ['southEastAsia', 'eastAsia', 'oceania', 'middleEast', 'europe'],
      also: 'SR NL ZA LK',
    },
  ],
  [
    'ja ko',
    { areas: ['eastAsia', 'southEastAsia', 'oceania', 'europe'], also: 'BR PE AR PY MX KZ UZ IN' },
  ],
  [
    // Chinese firms work all over Africa and Asia.
    'zh',
    {
      areas: [
        'eastAsia',
        'southEastAsia',
        'southAsia',
        'centralAsia',
        'oceania',
        'europe',
        'africa',
      ],
      also: 'AE PA PE BR AR MX SR GY JM TT',
    },
  ],
];

const COUNTRIES = tableOf(HOMES);

/**
 * @param language ISO 639, lower case
 * @returns ISO 3166-1 alpha-2 codes; undefined when the language is expected everywhere
 */
export function countriesOfLanguage(language: string): ReadonlySet<string> | undefined {
  return COUNTRIES.get(language);
}

function tableOf(homes: typeof HOMES): ReadonlyMap<string, ReadonlySet<string>> {
  const table = new Map<string, ReadonlySet<string>>();
  for (const [languages, { areas, also = '' }] of homes) {
    for (const language of codes(languages)) {
      const atHome = areas.flatMap((area) => [...codes(AREAS[area])]);
      const holidays = TRAVELLING.has(language) ? HOLIDAY : [];
      table.set(language, new Set([...OPEN, ...atHome, ...codes(also), ...holidays]));
    }
  }
  return table;
}

function codes(list: string): Set<string> {
  return new Set(list.split(/\s+/).filter((code) => code !== ''));
}
