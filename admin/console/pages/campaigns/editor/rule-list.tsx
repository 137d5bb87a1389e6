import { Button, Group, Pagination, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { emptyRule, type RuleDraft } from '../draft/draft.ts';
import { fieldId } from '../draft/faults.ts';
import { duplicateRule, moveRule, replaceRule } from '../draft/move-rule.ts';
import { useEditor } from './context.ts';
import { RuleCard, type RuleMove } from './rule-card.tsx';

const RULES_PER_PAGE = 50;

export type ChangeRules = (change: (rules: readonly RuleDraft[]) => readonly RuleDraft[]) => void;

/** All rules in the order in which they are tried. */
export function RuleList({
  draftKey,
  rules,
  opened,
  onOpen,
  onChange,
}: {
  /** Of the campaign whose rules they are. */
  draftKey: string;
  rules: readonly RuleDraft[];
  /** Keys of the rules that are shown whole. */
  opened: ReadonlySet<string>;
  onOpen: (change: (opened: ReadonlySet<string>) => ReadonlySet<string>) => void;
  onChange: ChangeRules;
}) {
  const { schema, faults } = useEditor();
  const [page, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(rules.length / RULES_PER_PAGE));
  const first = (Math.min(page, pages) - 1) * RULES_PER_PAGE;
  const toggle = useCallback((key: string) => onOpen((keys) => toggled(keys, key)), [onOpen]);
  const change = useCallback(
    (next: RuleDraft) => onChange((current) => replaceRule(current, next)),
    [onChange],
  );
  const move = useCallback(
    (key: string, to: RuleMove) => onChange((current) => moved(current, key, to)),
    [onChange],
  );
  useEffect(() => {
    // A rule with a fault must not hide on another page.
    const at = rules.findIndex((rule) => faults.at(rule, 'conditions') !== undefined);
    if (at >= 0) {
      setPage(Math.floor(at / RULES_PER_PAGE) + 1);
    }
  }, [faults, rules]);
  const add = () => {
    const rule = emptyRule(rules.at(-1)?.priority ?? 0);
    onChange((current) => [...current, rule]);
    onOpen((keys) => new Set([...keys, rule.key]));
    setPage(Math.ceil((rules.length + 1) / RULES_PER_PAGE));
  };
  return (
    <Stack gap="xs" id={fieldId({ key: draftKey, rules }, 'rules')} tabIndex={-1}>
      {rules.slice(first, first + RULES_PER_PAGE).map((rule, index) => (
        <RuleCard
          key={rule.key}
          rule={rule}
          index={first + index}
          isLast={first + index === rules.length - 1}
          isOpen={opened.has(rule.key)}
          onToggle={toggle}
          onChange={change}
          onMove={move}
        />
      ))}
      <Group justify="space-between">
        <Button
          variant="light"
          leftSection={<IconPlus size={16} />}
          disabled={rules.length >= schema.limits.rules}
          onClick={add}
        >
          Add a rule
        </Button>
        {pages > 1 && (
          <Group gap="sm">
            <Text size="sm" c="dimmed">
              {rules.length} rules
            </Text>
            <Pagination
              size="sm"
              total={pages}
              value={Math.min(page, pages)}
              onChange={setPage}
              getControlProps={(control) => ({ 'aria-label': `${control} page of rules` })}
              getItemProps={(number) => ({ 'aria-label': `Page ${number} of rules` })}
            />
          </Group>
        )}
      </Group>
    </Stack>
  );
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) {
    next.add(key);
  }
  return next;
}

function moved(rules: readonly RuleDraft[], key: string, move: RuleMove): readonly RuleDraft[] {
  const at = rules.findIndex((rule) => rule.key === key);
  switch (move) {
    case 'up':
      return moveRule(rules, at, at - 1);
    case 'down':
      return moveRule(rules, at, at + 1);
    case 'first':
      return moveRule(rules, at, 0);
    case 'last':
      return moveRule(rules, at, rules.length - 1);
    case 'duplicate':
      return duplicateRule(rules, at);
    case 'remove':
      return rules.toSpliced(at, 1);
  }
}
