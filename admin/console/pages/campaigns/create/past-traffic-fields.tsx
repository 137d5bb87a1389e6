import { Switch } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { dayOf } from '../../../parts/period.tsx';
import type { CampaignDraft } from '../draft/draft.ts';
import { Section } from '../editor/campaign-fields.tsx';
import { useField } from '../editor/context.ts';

/** Whether the campaign also gets traffic that was recorded before. */
export function PastTrafficFields({
  draft,
  onChange,
}: {
  draft: CampaignDraft;
  onChange: (changes: Partial<CampaignDraft>) => void;
}) {
  return (
    <Section
      title="Past traffic"
      hint="Traffic without a campaign that these rules match can be given to it. This can be undone."
    >
      <Switch
        label="Claim traffic of the past"
        checked={draft.isRetroactive}
        onChange={(event) => onChange({ isRetroactive: event.currentTarget.checked })}
      />
      {draft.isRetroactive && <Days draft={draft} onChange={onChange} />}
    </Section>
  );
}

function Days({ draft, onChange }: Parameters<typeof PastTrafficFields>[0]) {
  const field = useField(draft);
  const first = field('firstDay');
  return (
    <DatePickerInput
      id={first.id}
      error={first.error ?? field('lastDay').error}
      type="range"
      label="From which day to which"
      description={`Both included, in the time zone ${draft.timezone}.`}
      placeholder="Choose two days"
      maw={320}
      maxDate={dayOf(Date.now())}
      allowSingleDateInRange
      value={[draft.firstDay || null, draft.lastDay || null]}
      onChange={([firstDay, lastDay]) =>
        onChange({ firstDay: firstDay ?? '', lastDay: lastDay ?? '' })
      }
    />
  );
}
