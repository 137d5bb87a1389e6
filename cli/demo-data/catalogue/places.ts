import { regionCode } from '../../../actors/worker/enrich/geo-regions.ts';
import type { Audience } from './audiences.ts';

export type Place = {
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** As the engine writes it: ISO 3166-2 where known, else the English name. */
  region: string;
  city: string;
  /** Share of the visitors of each audience; any unit. */
  weights: Readonly<Record<Audience, number>>;
  /** The first two bytes of addresses that the bundled geo database places there. */
  networks: readonly string[];
  /** The visitor's Accept-Language header, and the best language of it. */
  acceptLanguage: string;
  language: string;
};

const LANGUAGES: Readonly<Record<string, readonly [header: string, language: string]>> = {
  en: ['en-US,en;q=0.9', 'en-US'],
  enGb: ['en-GB,en;q=0.9,en-US;q=0.8', 'en-GB'],
  enAu: ['en-AU,en;q=0.9', 'en-AU'],
  enIn: ['en-IN,en;q=0.9,hi;q=0.8', 'en-IN'],
  frCa: ['fr-CA,fr;q=0.9,en-CA;q=0.8,en;q=0.7', 'fr-CA'],
  de: ['de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7', 'de-DE'],
  deAt: ['de-AT,de;q=0.9,en;q=0.8', 'de-AT'],
  deCh: ['de-CH,de;q=0.9,fr;q=0.8,en;q=0.7', 'de-CH'],
  fr: ['fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7', 'fr-FR'],
  es: ['es-ES,es;q=0.9,en;q=0.8', 'es-ES'],
  esMx: ['es-MX,es;q=0.9,en;q=0.8', 'es-MX'],
  esAr: ['es-AR,es;q=0.9', 'es-AR'],
  it: ['it-IT,it;q=0.9,en-US;q=0.8,en;q=0.7', 'it-IT'],
  nl: ['nl-NL,nl;q=0.9,en-US;q=0.8,en;q=0.7', 'nl-NL'],
  sv: ['sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7', 'sv-SE'],
  da: ['da-DK,da;q=0.9,en-US;q=0.8,en;q=0.7', 'da-DK'],
  no: ['nb-NO,nb;q=0.9,no;q=0.8,en;q=0.7', 'nb-NO'],
  pl: ['pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7', 'pl-PL'],
  ptBr: ['pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7', 'pt-BR'],
  ja: ['ja,en-US;q=0.9,en;q=0.8', 'ja'],
  ko: ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko-KR'],
  id: ['id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7', 'id-ID'],
  tr: ['tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7', 'tr-TR'],
};

/** country | region as in the geo database | city | weight | networks | language */
const TABLE = `
  US|New York|New York|62|3.152 3.154 3.155 3.156|en
  US|California|San Jose|48|3.101 13.52 13.56 13.57|en
  US|California|San Diego|36|44.0 44.7 44.13 44.19|en
  US|California|Palo Alto|14|15.0 15.1 15.2 15.3|en
  US|Illinois|Chicago|34|12.100 40.116 50.57 52.162|en
  US|Texas|Dallas|32|9.128 32.176 32.177 32.178|en
  US|Texas|Austin|22|2.0 17.46 17.100 17.102|en
  US|Georgia|Atlanta|24|50.158 50.159 68.212 68.241|en
  US|Washington|Seattle|23|15.173 31.1 35.17 35.35|en
  US|Massachusetts|Boston|20|63.8 63.18 63.24 65.224|en
  US|Ohio|Columbus|17|3.144 3.146 3.147 3.148|en
  US|New Jersey|Newark|16|48.0 48.1 48.2 48.3|en
  US|Virginia|Norfolk|12|98.166 128.34 128.38 128.49|en
  US|District of Columbia|Washington D.C.|11|2.1 2.2 34.48 34.86|en
  US|Michigan|Dearborn|10|19.0 19.1 19.2 19.3|en
  US|Alabama|Montgomery|7|26.4 26.5 26.6 26.7|en
  US|Louisiana|Monroe|6|4.0 4.3 4.6 4.9|en
  CA|Ontario|Toronto|22|3.96 3.98 3.99 4.11|en
  CA|Quebec|Montreal|13|4.128 4.129 4.130 4.131|frCa
  CA|British Columbia|Vancouver|10|96.49 128.189 137.82 139.173|en
  CA|Alberta|Calgary|7|16.174 16.175 40.177 40.178|en
  CA|Ontario|Ottawa|5|44.135 128.43 131.132 131.133|en
  GB|England|London|48|2.28 2.29 2.30 2.31|enGb
  GB|England|Manchester|14|51.2 51.33 51.61 51.71|enGb
  GB|England|Birmingham|10|13.21 134.151 147.188 13.20|enGb
  GB|England|York|4|132.146 144.32 147.149 147.150|enGb
  DE|State of Berlin|Berlin|17|51.72 51.73 51.164 51.165|de
  DE|Bavaria|Munich|14|2.208 2.240 2.246 2.247|de
  DE|Hamburg|Hamburg|11|77.10 77.14 78.50 93.252|de
  DE|Hesse|Frankfurt am Main|9|2.170 3.64 3.65 3.66|de
  DE|Baden-Wurttemberg|Stuttgart|8|53.0 53.1 53.2 53.3|de
  DE|North Rhine-Westphalia|Dortmund|7|129.217 139.2 141.5 141.88|de
  FR|Ile-de-France|Paris|24|4.176 4.178 4.211 4.212|fr
  FR|Rhone-Alpes|Lyon|7|89.94 86.194 176.147 176.153|fr
  FR|Occitanie|Toulouse|5|130.120 132.149 134.212 138.63|fr
  ES|Madrid|Madrid|13|2.152 15.216 15.217 34.164|es
  ES|Catalonia|Barcelona|10|84.89 146.219 147.83 161.116|es
  IT|Lombardy|Milan|12|2.198 2.199 5.168 5.169|it
  IT|Lazio|Rome|9|44.134 79.38 82.90 82.91|it
  NL|North Holland|Amsterdam|12|4.175 4.180 9.163 13.80|nl
  NL|North Brabant|Eindhoven|4|92.121 130.138 130.139 130.140|nl
  BE|Brussels Capital|Brussels|6|9.160 34.38 34.62 34.76|fr
  AT|Vienna|Vienna|6|44.143 46.206 46.207 46.220|deAt
  CH|Zurich|Zurich|7|4.163 4.164 16.18 16.19|deCh
  SE|Stockholm|Stockholm|8|2.64 2.252 2.253 2.254|sv
  NO|Oslo|Oslo|5|4.177 4.179 4.219 4.235|no
  DK|Capital Region|Copenhagen|5|9.205 77.212 83.72 149.212|da
  PL|Mazovia|Warsaw|9|20.215 31.62 31.63 31.174|pl
  IE|Leinster|Dublin|6|3.248 3.249 3.250 3.251|enGb
  AU|New South Wales|Sydney|14|1.129 3.25 3.26 3.27|enAu
  AU|Victoria|Melbourne|10|1.136 1.152 16.26 16.27|enAu
  AU|Queensland|Brisbane|6|1.128 58.165 110.151 131.181|enAu
  NZ|Auckland|Auckland|4|3.102 3.103 44.147 58.28|enAu
  BR|Sao Paulo|Sao Paulo|19|15.228 15.229 18.228 18.229|ptBr
  BR|Rio de Janeiro|Rio de Janeiro|9|139.82 164.85 186.203 187.31|ptBr
  MX|Mexico City|Mexico City|13|132.248 148.204 148.205 148.206|esMx
  MX|Nuevo Leon|Monterrey|5|131.178 132.254 148.241 201.168|esMx
  AR|Buenos Aires F.D.|Buenos Aires|6|44.153 101.45 140.191 161.190|esAr
  IN|Maharashtra|Mumbai|16|3.6 3.7 3.108 3.109|enIn
  IN|Karnataka|Bengaluru|13|1.186 106.196 115.255 117.193|enIn
  IN|Delhi|New Delhi|12|34.131 59.179 101.213 101.214|enIn
  JP|Tokyo|Minato|9|1.5 1.114 1.115 36.240|ja
  JP|Osaka|Osaka|5|13.208 15.152 15.168 16.208|ja
  KR|Seoul|Seoul|6|1.224 1.226 1.227 1.229|ko
  SG||Singapore|5|3.0 3.1 4.145 4.146|en
  ID|Jakarta|Jakarta|7|8.215 15.232 15.233 16.78|id
  TR|Ankara|Ankara|4|94.54 95.2 168.139 46.196|tr
  ZA|Western Cape|Cape Town|5|13.244 13.245 13.246 13.247|en
  AE|Dubai|Dubai|4|3.28 3.29 4.161 4.162|en`;

const YOUNG_COUNTRIES = new Set(['US', 'CA', 'GB']);
const BUSINESS_COUNTRIES = new Set(['US', 'GB', 'DE', 'NL', 'CH', 'SE', 'SG', 'IN']);

export const PLACES: readonly Place[] = TABLE.trim().split('\n').map(parsePlace);

function parsePlace(line: string): Place {
  const [country = '', region = '', city = '', weight = '', networks = '', code = ''] = line
    .trim()
    .split('|');
  const [acceptLanguage, language] = LANGUAGES[code] ?? ['en-US,en;q=0.9', 'en-US'];
  return {
    ...{ country, region: regionCode(country, region), city },
    weights: weightsOf(country, Number(weight)),
    ...{ networks: networks.split(' '), acceptLanguage, language },
  };
}

function weightsOf(country: string, weight: number): Place['weights'] {
  return {
    everybody: weight,
    young: YOUNG_COUNTRIES.has(country) ? weight : 0,
    business: BUSINESS_COUNTRIES.has(country) ? weight * 2 : weight / 2,
    bots: country === 'US' || country === 'IE' || country === 'DE' ? weight : weight / 10,
  };
}
