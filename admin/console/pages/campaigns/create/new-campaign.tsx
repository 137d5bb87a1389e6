import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { api, dataOf } from '../../../api/client.ts';
import { Answered } from '../../../parts/answered.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { Page } from '../../../parts/page.tsx';
import { TIMEZONE } from '../../../parts/period.tsx';
import { useMay, useSession } from '../../../shell/session.ts';
import { emptyCampaign } from '../draft/draft.ts';
import { toBody } from '../draft/to-body.ts';
import { CampaignForm } from '../editor/campaign-form.tsx';
import { SaveBar } from '../editor/save-bar.tsx';
import { UnsavedGuard } from '../editor/unsaved.tsx';
import { useEditorState } from '../editor/use-editor-state.ts';
import { campaignPath, keepCampaign, NEW_CAMPAIGN_PATH, useRuleSchema } from '../queries.ts';
import { say } from '../say.ts';
import type { RuleSchema } from '../types.ts';
import { PastTrafficFields } from './past-traffic-fields.tsx';

/** A campaign that does not exist yet. */
export function NewCampaign() {
  const mayWrite = useMay('campaigns:write');
  const schema = useRuleSchema();
  return (
    <Page title="New campaign">
      {mayWrite ? (
        <Answered query={schema} height={480}>
          {(known) => <NewCampaignForm schema={known} />}
        </Answered>
      ) : (
        <Empty
          title="This key cannot create campaigns"
          hint="Sign in with a key that has the scope campaigns:write."
        >
          <Button component={Link} href="/campaigns" variant="default">
            To the campaigns
          </Button>
        </Empty>
      )}
    </Page>
  );
}

function NewCampaignForm({ schema }: { schema: RuleSchema }) {
  const { currency } = useSession().organization;
  const state = useEditorState(() => emptyCampaign(TIMEZONE, currency));
  const { draft } = state;
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const { body, places } = toBody(draft, schema);
  const create = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/campaigns', { body })),
    onSuccess: ({ retroactive_run, ...campaign }) => {
      keepCampaign(queries, campaign);
      say(`${campaign.name} has been created. Its link works now.`);
      navigate(campaignPath(campaign.campaign_id, retroactive_run === null ? '' : 'past'));
    },
  });
  const isShownAtFields = create.isError && state.faults.all.length > 0;
  const isDirty = draft.name !== '' || draft.rules.length > 0;
  return (
    <Stack gap="md">
      {create.isError && !isShownAtFields && <ErrorPanel error={create.error} />}
      <CampaignForm state={state} schema={schema} isNew isReadOnly={false}>
        <PastTrafficFields draft={draft} onChange={state.set} />
      </CampaignForm>
      <SaveBar
        says={draft.name.trim() === '' ? 'It needs a name.' : 'Its link will work at once.'}
        action="Create campaign"
        isBusy={create.isPending}
        isDisabled={draft.name.trim() === ''}
        onSave={() => {
          state.forgive();
          create.mutate(undefined, { onError: (error) => state.blame(error, places) });
        }}
      />
      <UnsavedGuard isDirty={isDirty && !create.isSuccess} staysIn={NEW_CAMPAIGN_PATH} />
    </Stack>
  );
}
