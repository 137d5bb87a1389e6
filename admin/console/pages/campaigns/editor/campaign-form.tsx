import { Fieldset, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RuleSchema } from '../types.ts';
import { BasicFields, DefaultActionFields, Section } from './campaign-fields.tsx';
import { EditorContext } from './context.ts';
import { FaultSummary } from './fault-summary.tsx';
import { RuleList } from './rule-list.tsx';
import type { EditorState } from './use-editor-state.ts';

/** Everything that a campaign consists of, to be written. */
export function CampaignForm({
  state,
  schema,
  isNew,
  isReadOnly,
  children,
}: {
  state: EditorState;
  schema: RuleSchema;
  isNew: boolean;
  isReadOnly: boolean;
  /** What comes below. */
  children?: ReactNode;
}) {
  const { draft, set, changeRules, faults, opened, setOpened } = state;
  return (
    <EditorContext value={{ schema, faults }}>
      <Fieldset variant="unstyled" disabled={isReadOnly} miw={0}>
        <Stack gap="md">
          <FaultSummary faults={faults} />
          <Section title="Campaign">
            <BasicFields draft={draft} isNew={isNew} onChange={set} />
          </Section>
          <Section
            title="Rules"
            hint="Tried from above. The first one whose conditions hold takes the click."
          >
            <RuleList
              draftKey={draft.key}
              rules={draft.rules}
              opened={opened}
              onOpen={setOpened}
              onChange={changeRules}
            />
          </Section>
          <Section title="All other clicks">
            <DefaultActionFields draft={draft} onChange={set} />
          </Section>
          {children}
        </Stack>
      </Fieldset>
    </EditorContext>
  );
}
