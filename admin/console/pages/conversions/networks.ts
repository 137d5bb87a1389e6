/** How a network names what a postback needs. The same table, with sources, is in docs/postbacks.md. */
export type Network = {
  id: string;
  name: string;
  /** Parameter of the campaign's destination in which the network takes our click id. */
  destination: string;
  clickId: string;
  payout: string;
  /** A macro, a currency, or '' when the network names none. */
  currency: string;
  transactionId: string;
  note: string;
};

const OWN: Network = {
  ...{ id: 'own', name: 'A shop of your own, or any network', destination: 'click_id={click_id}' },
  ...{ clickId: 'CLICK_ID', payout: 'VALUE', currency: 'USD', transactionId: 'ORDER_ID' },
  note: 'Replace the words in capitals by what the shop knows.',
};

const network = (
  id: string,
  name: string,
  [subId, clickId, payout, currency, transactionId]: readonly [
    string,
    string,
    string,
    string,
    string,
  ],
): Network => ({
  ...{ id, name, destination: `${subId}={event_id}`, clickId, payout, currency, transactionId },
  note: `The campaign’s destination must carry ${subId}={event_id}.`,
});

export const NETWORKS: readonly [Network, ...Network[]] = [
  OWN,
  network('tune', 'TUNE (HasOffers)', [
    ...(['aff_sub', '{aff_sub}', '{payout}', '{currency}', '{transaction_id}'] as const),
  ]),
  network('everflow', 'Everflow', [
    ...(['sub1', '{sub1}', '{payout_amount}', '{offer_currency}', '{transaction_id}'] as const),
  ]),
  network('cake', 'CAKE', ['s2', '#s2#', '#price#', '', '#leadid#']),
  network('affise', 'Affise', ['sub1', '{sub1}', '{sum}', '{currency}', '{transactionid}']),
  network('impact', 'impact.com', ['subId1', '{SubId1}', '{Payout}', '{Currency}', '{ActionId}']),
  network('awin', 'Awin', [
    ...([
      'clickref',
      '!!!clickRef!!!',
      '!!!commission!!!',
      '!!!transactionCurrency!!!',
      '!!!transactionId!!!',
    ] as const),
  ]),
  network('clickbank', 'ClickBank', [
    ...(['tid', '{tid}', '{affiliate_earnings}', 'USD', '{receipt_id}'] as const),
  ]),
  network('digistore24', 'Digistore24', [
    ...(['cid', '{cid}', '{amount_affiliate}', '{currency}', '{transaction_id}'] as const),
  ]),
  network('admitad', 'Admitad', [
    ...([
      'subid1',
      '[[[subid1]]]',
      '[[[payment_sum]]]',
      '[[[currency]]]',
      '[[[admitad_id]]]',
    ] as const),
  ]),
  network('maxbounty', 'MaxBounty', ['s2', '#S2#', '#RATE#', '', '']),
];

/** The address that the network calls; macros stand in it as they are, unencoded. */
export function postbackUrl(
  host: string,
  token: string,
  { clickId, payout, currency, transactionId }: Network,
): string {
  const isLocal = host === 'localhost' || /^[\d.]+$/.test(host);
  const parts = [
    `token=${token}`,
    `click_id=${clickId}`,
    `payout=${payout}`,
    ...(currency === '' ? [] : [`currency=${currency}`]),
    ...(transactionId === '' ? [] : [`txid=${transactionId}`]),
  ];
  return `${isLocal ? `http://${host}:8080` : `https://${host}`}/postback?${parts.join('&')}`;
}
