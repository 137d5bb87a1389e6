/** Names a rule over organisations and campaigns; none of the parts can hold a line break. */
export function capKey(organizationId: string, campaignId: string, ruleId: string): string {
  return `${organizationId}\n${campaignId}\n${ruleId}`;
}
