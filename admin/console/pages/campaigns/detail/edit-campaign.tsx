import { Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../../api/client.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Answered } from '../../../parts/answered.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { useMay, useSession } from '../../../shell/session.ts';
import { draftOf } from '../draft/draft.ts';
import { changesBetween, toBody } from '../draft/to-body.ts';
import { CampaignForm } from '../editor/campaign-form.tsx';
import { SaveBar } from '../editor/save-bar.tsx';
import { UnsavedGuard } from '../editor/unsaved.tsx';
import { useEditorState } from '../editor/use-editor-state.ts';
import { campaignPath, keepCampaign, useRuleSchema } from '../queries.ts';
import { say } from '../say.ts';
import type { Campaign, CampaignPatch, RuleSchema } from '../types.ts';
import { Conflict } from './conflict.tsx';

/** A campaign's rules and settings, to be changed. */
export function EditCampaign({ campaign }: { campaign: Campaign }) {
  const schema = useRuleSchema();
  return (
    <Answered query={schema} height={480}>
      {(known) => <EditForm campaign={campaign} schema={known} />}
    </Answered>
  );
}

function EditForm({ campaign, schema }: { campaign: Campaign; schema: RuleSchema }) {
  const { currency } = useSession().organization;
  const mayWrite = useMay('campaigns:write') && campaign.status !== 'archived';
  // What the changes are made to: what others save meanwhile does not slip in.
  const [base, setBase] = useState(campaign);
  const state = useEditorState(() => draftOf(campaign, currency));
  const { body, places } = toBody(state.draft, schema);
  const changes = changesBetween(toBody(draftOf(base, currency), schema).body, body);
  const isDirty = Object.keys(changes).length > 0;
  const restart = (next: Campaign) => {
    setBase(next);
    state.restart(draftOf(next, currency));
  };
  // A status that was changed beside the form is no conflict with it.
  if (campaign.version !== base.version && (!isDirty || isOnlyStatus(base, campaign))) {
    if (isDirty) {
      setBase(campaign);
    } else {
      restart(campaign);
    }
  }
  const save = useSave(campaign.campaign_id, restart);
  const { error } = save;
  const isConflict = error instanceof ApiProblem && error.status === 412;
  const submit = (version: number) => {
    state.forgive();
    save.mutate({ changes, version }, { onError: (problem) => void state.blame(problem, places) });
  };
  return (
    <Stack gap="md">
      {isConflict && (
        <Conflict
          base={base}
          changes={changes}
          isBusy={save.isPending}
          onTakeTheirs={(theirs) => {
            save.reset();
            restart(theirs);
          }}
          onSave={submit}
        />
      )}
      {error !== null && !isConflict && state.faults.all.length === 0 && (
        <ErrorPanel error={error} />
      )}
      <CampaignForm state={state} schema={schema} isNew={false} isReadOnly={!mayWrite} />
      <SaveBar
        says={sayingOf(campaign, mayWrite, isDirty)}
        action="Save"
        isBusy={save.isPending}
        isDisabled={!isDirty || !mayWrite}
        onSave={() => submit(base.version)}
        onDiscard={() => {
          save.reset();
          restart(campaign);
        }}
      />
      <UnsavedGuard isDirty={isDirty} staysIn={campaignPath(campaign.campaign_id)} />
    </Stack>
  );
}

function useSave(id: string, onSaved: (campaign: Campaign) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ changes, version }: { changes: CampaignPatch; version: number }) =>
      dataOf(
        api.PATCH('/api/v1/campaigns/{id}', {
          params: { path: { id }, header: { 'if-match': `"${version}"` } },
          body: changes,
        }),
      ),
    onSuccess: (saved) => {
      keepCampaign(queries, saved);
      onSaved(saved);
      say('Saved. The next clicks follow it within a second.');
    },
  });
}

function sayingOf({ status }: Campaign, mayWrite: boolean, isDirty: boolean): string {
  if (status === 'archived') {
    return 'It is archived. Bring it back to change it.';
  }
  if (!mayWrite) {
    return 'This key may look at campaigns, not change them.';
  }
  return isDirty ? 'There are changes that are not saved.' : 'Everything is saved.';
}

function isOnlyStatus(one: Campaign, other: Campaign): boolean {
  const rest = ({ status: _, version: __, updated_at: ___, ...members }: Campaign) =>
    JSON.stringify(members);
  return rest(one) === rest(other);
}
