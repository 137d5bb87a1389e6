import {
  ActionIcon,
  Badge,
  Card,
  Collapse,
  Divider,
  Group,
  Menu,
  Stack,
  Text,
  Title,
  Tooltip,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconChevronRight,
  IconDots,
} from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { describeAction, describeConditions, keysOf, ruleName } from '../draft/describe.ts';
import type { RuleDraft } from '../draft/draft.ts';
import { ActionEditor } from './action-editor.tsx';
import { CapsEditor } from './caps-editor.tsx';
import { RuleConditions } from './condition-group.tsx';
import { useEditor } from './context.ts';
import classes from './editor.module.css';
import { RuleFacts } from './rule-facts.tsx';

/** What can be done with a rule among others. */
export type RuleMove = 'up' | 'down' | 'first' | 'last' | 'duplicate' | 'remove';

export type RuleCardProps = {
  rule: RuleDraft;
  /** Its place among the rules as they are tried, from 0. */
  index: number;
  isLast: boolean;
  isOpen: boolean;
  onToggle: (key: string) => void;
  onChange: (next: RuleDraft) => void;
  onMove: (key: string, move: RuleMove) => void;
};

/** One rule: a line when it is closed, all of it when it is open. */
export const RuleCard = memo(function RuleCard(props: RuleCardProps) {
  const { rule, index, isOpen, onChange } = props;
  const set = (changes: Partial<RuleDraft>) => onChange({ ...rule, ...changes });
  return (
    <Card component="article" padding="xs" aria-label={ruleName(rule, index)}>
      <RuleHeader {...props} />
      <Collapse expanded={isOpen} keepMounted={false}>
        <Stack gap="md" p="xs">
          <Part title="When">
            <RuleConditions root={rule.conditions} onChange={(conditions) => set({ conditions })} />
          </Part>
          <Part title="Then">
            <ActionEditor action={rule.action} canBlock onChange={(action) => set({ action })} />
          </Part>
          <Part title="At most">
            <CapsEditor caps={rule.caps} onChange={(caps) => set({ caps })} />
          </Part>
          <Part title="Order and name">
            <RuleFacts rule={rule} onChange={set} />
          </Part>
        </Stack>
      </Collapse>
    </Card>
  );
});

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Divider
        mb="xs"
        labelPosition="left"
        label={
          <Title order={3} size="xs" c="dimmed" fw={600}>
            {title}
          </Title>
        }
      />
      {children}
    </section>
  );
}

function RuleHeader({ rule, index, isLast, isOpen, onToggle, onMove }: RuleCardProps) {
  const { schema, faults } = useEditor();
  const hasFault = faults.concern(keysOf(rule));
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const name = ruleName(rule, index);
  return (
    <Group gap="xs" wrap="nowrap">
      <UnstyledButton
        className={classes.toggle}
        aria-expanded={isOpen}
        onClick={() => onToggle(rule.key)}
      >
        <Group gap="xs" wrap="nowrap">
          <VisuallyHidden>{name}:</VisuallyHidden>
          <Chevron size={16} aria-hidden style={{ flex: 'none' }} />
          <Text size="sm" c="dimmed" className="figures" w={24} ta="right" style={{ flex: 'none' }}>
            {index + 1}
          </Text>
          <div className={classes.toggle}>
            <Text size="sm" fw={600} className={classes.summary}>
              {describeConditions(rule.conditions, schema)}
            </Text>
            <Text size="xs" c="dimmed" className={classes.summary}>
              → {describeAction(rule.action)}
            </Text>
          </div>
          {hasFault && (
            <Badge color="red" variant="dot" tt="none" style={{ flex: 'none' }}>
              Problem
            </Badge>
          )}
          {rule.action.kind === 'block' && (
            <Badge color="gray" variant="dot" tt="none" style={{ flex: 'none' }} visibleFrom="xs">
              Blocks
            </Badge>
          )}
          {isCapped(rule) && (
            <Badge color="indigo" variant="dot" tt="none" style={{ flex: 'none' }} visibleFrom="xs">
              Capped
            </Badge>
          )}
        </Group>
      </UnstyledButton>
      <RuleButtons
        name={name}
        isFirst={index === 0}
        isLast={isLast}
        onMove={(move) => onMove(rule.key, move)}
      />
    </Group>
  );
}

function RuleButtons({
  name,
  isFirst,
  isLast,
  onMove,
}: {
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (move: RuleMove) => void;
}) {
  const shared = { variant: 'subtle', color: 'gray' } as const;
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label="Try earlier">
        <ActionIcon
          {...shared}
          disabled={isFirst}
          aria-label={`Move ${name} up`}
          onClick={() => onMove('up')}
        >
          <IconArrowUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Try later">
        <ActionIcon
          {...shared}
          disabled={isLast}
          aria-label={`Move ${name} down`}
          onClick={() => onMove('down')}
        >
          <IconArrowDown size={16} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon {...shared} aria-label={`More for ${name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={isFirst} onClick={() => onMove('first')}>
            Try first
          </Menu.Item>
          <Menu.Item disabled={isLast} onClick={() => onMove('last')}>
            Try last
          </Menu.Item>
          <Menu.Item onClick={() => onMove('duplicate')}>Duplicate</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => onMove('remove')}>
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function isCapped({ caps }: RuleDraft): boolean {
  return caps.clicks !== '' || caps.conversions !== '';
}
