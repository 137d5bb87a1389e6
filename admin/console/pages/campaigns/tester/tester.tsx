import { Alert, Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, dataOf } from '../../../api/client.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { Section } from '../editor/campaign-fields.tsx';
import type { Campaign } from '../types.ts';
import { OutcomePanel } from './outcome-panel.tsx';
import { EMPTY_SAMPLE, toSample } from './sample.ts';
import { SampleFields } from './sample-fields.tsx';

/** Says what a request would come to, and why. Nothing is recorded. */
export function Tester({ campaign }: { campaign: Campaign }) {
  const [sample, setSample] = useState(EMPTY_SAMPLE);
  const test = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/v1/campaigns/{id}/test', {
          params: { path: { id: campaign.campaign_id } },
          body: toSample(sample, campaign.campaign_id),
        }),
      ),
  });
  const problem = test.error instanceof ApiProblem ? test.error : undefined;
  const faultAt = (member: string) => problem?.errorAt(`/body/${member}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <form onSubmit={submit}>
        <Section
          title="A visitor"
          hint="What is left empty is told from the rest, as the engine does. Nothing is recorded."
        >
          <SampleFields
            sample={sample}
            faultAt={faultAt}
            onChange={(changes) => setSample({ ...sample, ...changes })}
          />
          <Button type="submit" loading={test.isPending}>
            What would happen?
          </Button>
        </Section>
      </form>
      <Stack gap="md">
        {test.error !== null && <ErrorPanel error={test.error} />}
        {test.data !== undefined && <OutcomePanel outcome={test.data} />}
        {test.isIdle && (
          <Alert color="gray" variant="light">
            <Text size="sm">
              Describe a visitor and ask. The answer names the rule that takes the click, and for
              every comparison what the visitor had. The saved campaign is tried, not what is being
              changed.
            </Text>
          </Alert>
        )}
      </Stack>
    </SimpleGrid>
  );
}
