import { ActionIcon, Box, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import {
  type ConditionDraft,
  emptyComparison,
  emptyGroup,
  type GroupDraft,
} from '../draft/draft.ts';
import { ComparisonRow } from './comparison-row.tsx';
import { useEditor, useField } from './context.ts';
import classes from './editor.module.css';

/** How conditions are joined, as people say it. */
const JOINTS = [
  { value: 'all', label: 'all of these hold', form: 'all', isNegated: false },
  { value: 'any', label: 'any of these holds', form: 'any', isNegated: false },
  { value: 'none', label: 'none of these holds', form: 'any', isNegated: true },
  { value: 'not_all', label: 'not all of these hold', form: 'all', isNegated: true },
] as const;

/** A rule's conditions: its own way of joining, and what is joined. */
export function RuleConditions({
  root,
  onChange,
}: {
  root: GroupDraft;
  onChange: (next: GroupDraft) => void;
}) {
  const isEmpty = root.members.length === 0;
  return (
    <Stack gap="xs">
      {isEmpty ? (
        <Text size="sm" c="dimmed">
          Takes every click that the rules before it have left.
        </Text>
      ) : (
        <Group gap="xs">
          <Text size="sm">Takes a click when</Text>
          <JointInput group={root} isRoot onChange={onChange} />
        </Group>
      )}
      <Members group={root} depth={root.form === 'any' ? 1 : 0} onChange={onChange} />
    </Stack>
  );
}

function JointInput({
  group,
  isRoot = false,
  onChange,
}: {
  group: GroupDraft;
  isRoot?: boolean;
  onChange: (next: GroupDraft) => void;
}) {
  const { form, isNegated } = group;
  const current = JOINTS.find((joint) => joint.form === form && joint.isNegated === isNegated);
  const data = JOINTS.filter((joint) => !isRoot || !joint.isNegated);
  return (
    <Select
      size="xs"
      w={170}
      aria-label="How these conditions are joined"
      data={data.map(({ value, label }) => ({ value, label }))}
      value={current?.value ?? 'all'}
      allowDeselect={false}
      onChange={(value) => {
        const joint = JOINTS.find((known) => known.value === value);
        if (joint !== undefined) {
          onChange({ ...group, form: joint.form, isNegated: joint.isNegated });
        }
      }}
    />
  );
}

/** @param depth how deep the group itself stands, as the API counts: each joint and each `not` is one */
function Members({
  group,
  depth,
  onChange,
}: {
  group: GroupDraft;
  depth: number;
  onChange: (next: GroupDraft) => void;
}) {
  const { schema } = useEditor();
  const { id, error } = useField(group)('members');
  const { members } = group;
  const canNest = depth < schema.limits.depth;
  const set = (next: readonly ConditionDraft[]) => onChange({ ...group, members: next });
  return (
    <Stack gap="xs" id={id} tabIndex={-1}>
      {members.map((member, index) => (
        <Condition
          key={member.key}
          condition={member}
          depth={depth}
          canNest={canNest}
          onChange={(next) => set(members.with(index, next))}
          onAdd={(next) => set(members.toSpliced(index + 1, 0, next))}
          onRemove={() => set(members.toSpliced(index, 1))}
        />
      ))}
      {error !== undefined && (
        <Text size="xs" c="red">
          {error}
        </Text>
      )}
      <Group gap="xs">
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => set([...members, emptyComparison()])}
        >
          Condition
        </Button>
        {canNest && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => set([...members, emptyGroup(group.form === 'any' ? 'all' : 'any')])}
          >
            Group
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Condition({
  condition,
  depth,
  canNest,
  onChange,
  onAdd,
  onRemove,
}: {
  condition: ConditionDraft;
  depth: number;
  canNest: boolean;
  onChange: (next: ConditionDraft) => void;
  onAdd: (next: ConditionDraft) => void;
  onRemove: () => void;
}) {
  if (condition.form === 'comparison') {
    return (
      <ComparisonRow
        comparison={condition}
        canNest={canNest}
        onChange={onChange}
        onAdd={onAdd}
        onRemove={onRemove}
      />
    );
  }
  return (
    <Box className={classes.group} role="group" aria-label="Group of conditions">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <JointInput group={condition} onChange={onChange} />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Remove this group"
            onClick={onRemove}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
        <Members
          group={condition}
          depth={depth + (condition.isNegated ? 2 : 1)}
          onChange={onChange}
        />
      </Stack>
    </Box>
  );
}
