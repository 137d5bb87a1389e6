/**
 * ISO 4217 codes of the currencies in use. Codes withdrawn since 2020 (ANG, BGN, CUC, HRK, SLL, ZWL)
 * stay, because reports about older sales still arrive. XTS (for tests) and XXX (no currency) are
 * not money and are left out.
 */
const CURRENCIES: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
  BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB
  EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
  JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
  MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
  RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
  TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD
  XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG ZWL`.split(/\s+/),
);

/**
 * @param code as sent, in any case: `usd`
 * @returns the code in upper case, or undefined when ISO 4217 has no such currency
 */
export function parseCurrency(code: string): string | undefined {
  // ASCII letters only, before upper-casing: that turns other letters into ASCII ones (dotless i).
  if (!/^[A-Za-z]{3}$/.test(code)) return undefined;
  const upper = code.toUpperCase();
  return CURRENCIES.has(upper) ? upper : undefined;
}
