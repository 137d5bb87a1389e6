/** An entry of an organisation's lists: what is blocked, and what is never blocked or scored. */
export type BlockConfig = {
  block_id: string;
  organization_id: string;
  kind: 'block' | 'never_block';
  /** An address or network in CIDR form, lower case: `198.51.100.42/32`, `2001:db8:1:2::/64`. */
  network: string;
  /** Ms since epoch; null: until it is removed. */
  until_ms: number | null;
  removed: boolean;
};
