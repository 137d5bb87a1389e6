/**
 * Names of regions as DB-IP writes them, and their ISO 3166-2 codes without the country. Countries
 * that are not listed keep the name. Databases that have codes of their own do not need this table.
 */
const CODES: Readonly<Record<string, string>> = {
  US: `Alabama=AL Alaska=AK Arizona=AZ Arkansas=AR California=CA Colorado=CO Connecticut=CT
    Delaware=DE District_of_Columbia=DC Florida=FL Georgia=GA Hawaii=HI Idaho=ID Illinois=IL
    Indiana=IN Iowa=IA Kansas=KS Kentucky=KY Louisiana=LA Maine=ME Maryland=MD Massachusetts=MA
    Michigan=MI Minnesota=MN Mississippi=MS Missouri=MO Montana=MT Nebraska=NE Nevada=NV
    New_Hampshire=NH New_Jersey=NJ New_Mexico=NM New_York=NY North_Carolina=NC North_Dakota=ND
    Ohio=OH Oklahoma=OK Oregon=OR Pennsylvania=PA Rhode_Island=RI South_Carolina=SC
    South_Dakota=SD Tennessee=TN Texas=TX Utah=UT Vermont=VT Virginia=VA Washington=WA
    West_Virginia=WV Wisconsin=WI Wyoming=WY Puerto_Rico=PR Guam=GU American_Samoa=AS
    U.S._Virgin_Islands=VI Northern_Mariana_Islands=MP`,
  CA: `Alberta=AB British_Columbia=BC Manitoba=MB New_Brunswick=NB Newfoundland_and_Labrador=NL
    Northwest_Territories=NT Nova_Scotia=NS Nunavut=NU Ontario=ON Prince_Edward_Island=PE
    Quebec=QC Saskatchewan=SK Yukon=YT`,
  AU: `New_South_Wales=NSW Victoria=VIC Queensland=QLD Western_Australia=WA South_Australia=SA
    Australian_Capital_Territory=ACT ACT=ACT Tasmania=TAS Northern_Territory=NT`,
  DE: `Bavaria=BY North_Rhine-Westphalia=NW Baden-Wurttemberg=BW Lower_Saxony=NI Hesse=HE
    Rheinland-Pfalz=RP Saxony=SN Schleswig-Holstein=SH Thuringia=TH Brandenburg=BB
    Saxony-Anhalt=ST Mecklenburg-Vorpommern=MV Hamburg=HH Free_and_Hanseatic_City_of_Hamburg=HH
    State_of_Berlin=BE Berlin=BE Saarland=SL Bremen=HB City_state_Bremen=HB
    Free_Hanseatic_City_of_Bremen=HB`,
  GB: 'England=ENG Scotland=SCT Wales=WLS Northern_Ireland=NIR',
  AT: `Burgenland=1 Carinthia=2 Lower_Austria=3 Upper_Austria=4 Salzburg=5 Styria=6 Tyrol=7
    Vorarlberg=8 Vienna=9 State_of_Vienna=9`,
  NL: `North_Holland=NH South_Holland=ZH North_Brabant=NB Gelderland=GE Utrecht=UT Limburg=LI
    Overijssel=OV Friesland=FR Groningen=GR Drenthe=DR Zeeland=ZE Flevoland=FL`,
  BR: `Sao_Paulo=SP Minas_Gerais=MG Rio_Grande_do_Sul=RS Parana=PR Rio_de_Janeiro=RJ
    Santa_Catarina=SC Bahia=BA Goias=GO Pernambuco=PE Ceara=CE Para=PA Mato_Grosso=MT
    Federal_District=DF Maranhao=MA Espirito_Santo=ES Rio_Grande_do_Norte=RN Paraiba=PB
    Mato_Grosso_do_Sul=MS Alagoas=AL Piaui=PI Rondonia=RO Sergipe=SE Amazonas=AM Tocantins=TO
    Acre=AC Roraima=RR Amapa=AP`,
};

const codeByName = new Map<string, string>();
for (const [country, list] of Object.entries(CODES)) {
  for (const pair of list.split(/\s+/)) {
    const [name = '', code = ''] = pair.split('=');
    codeByName.set(`${country}/${name.replaceAll('_', ' ')}`, code);
  }
}

/**
 * @param country ISO 3166-1 alpha-2
 * @param name the region's English name
 * @returns the subdivision's code (`CA` for California), else the name as it stands
 */
export function regionCode(country: string, name: string): string {
  return codeByName.get(`${country}/${name}`) ?? name;
}
