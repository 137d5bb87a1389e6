import {
  ActionIcon,
  Badge,
  Box,
  Group,
  Menu,
  Select,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconDots, IconX } from '@tabler/icons-react';
import { type ComparisonDraft, type ConditionDraft, emptyGroup, newKey } from '../draft/draft.ts';
import { familyOf, fieldChoices, findField, operatorChoices } from '../draft/vocabulary.ts';
import type { FieldSchema, RuleSchema } from '../types.ts';
import { useEditor, useField } from './context.ts';
import classes from './editor.module.css';
import { ValueInput } from './value-input.tsx';

/** One field, an operator, and what it is compared with. */
export function ComparisonRow({
  comparison,
  canNest,
  onChange,
  onAdd,
  onRemove,
}: {
  comparison: ComparisonDraft;
  /** Whether a group may stand here. */
  canNest: boolean;
  onChange: (next: ConditionDraft) => void;
  /** Another one, behind this one. */
  onAdd: (next: ConditionDraft) => void;
  onRemove: () => void;
}) {
  const { isNegated } = comparison;
  const set = (changes: Partial<ComparisonDraft>) => onChange({ ...comparison, ...changes });
  return (
    <Group gap={6} align="flex-start" wrap="nowrap">
      <Box className={classes.comparison}>
        {isNegated && (
          <Badge variant="dot" tt="none" color="orange" mt={8} style={{ flex: 'none' }}>
            not
          </Badge>
        )}
        <FieldInput comparison={comparison} onChange={set} />
        <OperatorInput comparison={comparison} onChange={set} />
        <Box className={classes.value}>
          <ValueInput comparison={comparison} onChange={(values) => set({ values })} />
        </Box>
      </Box>
      <RowMenu
        isNegated={isNegated}
        canNest={canNest}
        onNegate={() => set({ isNegated: !isNegated })}
        onCopy={() => onAdd({ ...comparison, key: newKey() })}
        onGroup={() => onChange(emptyGroup('any', [comparison]))}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        mt={4}
        aria-label="Remove this condition"
        onClick={onRemove}
      >
        <IconX size={16} />
      </ActionIcon>
    </Group>
  );
}

type PartProps = {
  comparison: ComparisonDraft;
  onChange: (changes: Partial<ComparisonDraft>) => void;
};

function FieldInput({ comparison, onChange }: PartProps) {
  const { schema } = useEditor();
  const { id, error } = useField(comparison)('field');
  const { field } = comparison;
  const family = familyOf(field);
  const described = findField(schema, field);
  const isNamed = described?.takes_name ?? false;
  const data = fieldChoices(schema);
  return (
    <>
      <Select
        className={classes.field}
        id={isNamed ? undefined : id}
        aria-label="Field"
        data={described === undefined ? [{ group: 'Unknown', items: [field] }, ...data] : data}
        value={family}
        searchable
        allowDeselect={false}
        error={isNamed ? undefined : error}
        maxDropdownHeight={320}
        comboboxProps={{ width: 300, position: 'bottom-start' }}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed">
              {findField(schema, option.value)?.hint}
            </Text>
          </div>
        )}
        onChange={(next) => next !== null && onChange(withField(comparison, next, schema))}
      />
      {isNamed && (
        <Tooltip label={described?.hint ?? ''} multiline maw={260}>
          <TextInput
            className={classes.name}
            id={id}
            aria-label={family === 'param.' ? 'Name of the parameter' : 'Name of the header'}
            placeholder={family === 'param.' ? 'sub1' : 'x-requested-with'}
            value={field.slice(family.length)}
            error={error}
            onChange={(event) => onChange({ field: `${family}${event.currentTarget.value}` })}
          />
        </Tooltip>
      )}
    </>
  );
}

function OperatorInput({ comparison, onChange }: PartProps) {
  const { schema } = useEditor();
  const { id, error } = useField(comparison)('operator');
  const { field, operator } = comparison;
  return (
    <Select
      className={classes.operator}
      id={id}
      aria-label="Operator"
      data={operatorChoices(schema, field, operator)}
      value={operator}
      allowDeselect={false}
      error={error}
      maxDropdownHeight={320}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      onChange={(next) => next !== null && onChange({ operator: next })}
    />
  );
}

/** Keeps what still makes sense of a comparison when it is about another field. */
function withField(
  comparison: ComparisonDraft,
  field: string,
  schema: RuleSchema,
): Partial<ComparisonDraft> {
  const before = findField(schema, comparison.field);
  const after = findField(schema, field);
  const operators = after?.operators ?? [];
  const keepsOperator = operators.includes(comparison.operator);
  return {
    field,
    operator: keepsOperator ? comparison.operator : (operators[0] ?? 'equals'),
    values: isLike(before, after) ? comparison.values : [],
  };
}

function isLike(one: FieldSchema | undefined, other: FieldSchema | undefined): boolean {
  return one?.type === other?.type && one?.values === undefined && other?.values === undefined;
}

function RowMenu({
  isNegated,
  canNest,
  onNegate,
  onCopy,
  onGroup,
}: {
  isNegated: boolean;
  canNest: boolean;
  onNegate: () => void;
  onCopy: () => void;
  onGroup: () => void;
}) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" mt={4} aria-label="More for this condition">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onNegate}>
          {isNegated ? 'Take the “not” away' : 'Turn into its opposite'}
        </Menu.Item>
        <Menu.Item onClick={onCopy}>Duplicate</Menu.Item>
        {canNest && <Menu.Item onClick={onGroup}>Put into a group</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
