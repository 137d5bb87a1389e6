import { useQueries } from '@tanstack/react-query';
import type { Period } from '../../../parts/period.tsx';
import { useMay } from '../../../shell/session.ts';
import { type CampaignFigures, figuresOf } from '../queries.ts';
import type { CampaignSummary } from '../types.ts';

export type CampaignRow = {
  campaign: CampaignSummary;
  /** Undefined until they are there, or when the key does not allow them. */
  metrics: CampaignFigures['metrics'] | undefined;
  /** Sales in currencies without a rate, which `metrics` leave out. */
  unconverted: CampaignFigures['unconverted'];
};

/** Puts figures beside campaigns; each page of campaigns is asked about by itself. */
export function useFigures(pages: ReadonlyArray<readonly CampaignSummary[]>, range: Period) {
  const mayAnalyse = useMay('analytics:read');
  const answers = useQueries({
    queries: pages.map((campaigns) => {
      const ids = campaigns.map(({ campaign_id }) => campaign_id);
      return {
        queryKey: ['campaigns', 'figures', ids, range],
        enabled: mayAnalyse,
        queryFn: () => figuresOf(ids, range),
      };
    }),
  });
  const byId = new Map(
    answers.flatMap(({ data = [] }) => data.map((entry) => [entry.campaign_id, entry] as const)),
  );
  const rows = pages.flat().map((campaign): CampaignRow => {
    const found = byId.get(campaign.campaign_id);
    return { campaign, metrics: found?.metrics, unconverted: found?.unconverted ?? [] };
  });
  return {
    rows,
    error: answers.find(({ error }) => error !== null)?.error ?? null,
    retry: () => answers.forEach((answer) => void answer.refetch()),
  };
}
