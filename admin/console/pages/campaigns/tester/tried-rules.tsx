import { Badge, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { findOperator } from '../draft/vocabulary.ts';
import { useRuleSchema } from '../queries.ts';
import type { Outcome } from '../types.ts';
import { type Explained, explainedOf } from './explained.ts';
import classes from './tester.module.css';

const RULES_SHOWN_MAX = 100;

/** Every rule in its order: whether its conditions held, and what each comparison saw. */
export function TriedRules({ outcome }: { outcome: Outcome }) {
  const more = outcome.rules.length - RULES_SHOWN_MAX;
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {outcome.rules.slice(0, RULES_SHOWN_MAX).map((rule, index) => {
        const conditions = explainedOf(rule.conditions);
        const isTaker = rule.rule_id !== null && rule.rule_id === outcome.rule_id;
        return (
          <li key={rule.rule_id ?? index}>
            <Group gap="xs">
              <Mark isHeld={rule.matched ?? false} />
              <Text size="sm" fw={600} className="literal">
                {rule.rule_id}
              </Text>
              <Text size="xs" c="dimmed">
                priority {rule.priority}
              </Text>
              {isTaker && (
                <Badge variant="light" tt="none" size="sm">
                  takes the click
                </Badge>
              )}
            </Group>
            {conditions.length === 0 ? (
              <Text size="sm" c="dimmed" className={classes.conditions}>
                Has no conditions: always holds.
              </Text>
            ) : (
              <Conditions conditions={conditions} />
            )}
          </li>
        );
      })}
      {more > 0 && (
        <li>
          <Text size="sm" c="dimmed">
            and {more} more
          </Text>
        </li>
      )}
    </Stack>
  );
}

function Conditions({ conditions }: { conditions: readonly Explained[] }) {
  return (
    <ul className={classes.conditions}>
      {conditions.map((condition) => (
        <li key={JSON.stringify(condition)}>
          <Condition condition={condition} />
        </li>
      ))}
    </ul>
  );
}

const JOINTS = { any: 'any of', all: 'all of', not: 'not' } as const;

function Condition({ condition }: { condition: Explained }) {
  const schema = useRuleSchema();
  if (condition.form !== 'comparison') {
    return (
      <>
        <Group gap={6} wrap="nowrap">
          <Mark isHeld={condition.isHeld} />
          <Text size="sm">{JOINTS[condition.form]}</Text>
        </Group>
        <Conditions conditions={condition.members} />
      </>
    );
  }
  const { field, operator, value, actual, isHeld } = condition;
  const label = schema.data === undefined ? operator : findOperator(schema.data, operator)?.label;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Mark isHeld={isHeld} />
      <div>
        <Text size="sm">
          <span className="literal">{field}</span> {label ?? operator}{' '}
          <span className="literal">{shown(value)}</span>
        </Text>
        <Text size="xs" c="dimmed">
          The visitor has{' '}
          {actual === null || actual === '' ? (
            'nothing there'
          ) : (
            <span className="literal">{shown(actual)}</span>
          )}
        </Text>
      </div>
    </Group>
  );
}

/** Told by shape and word, not by colour alone. */
function Mark({ isHeld }: { isHeld: boolean }) {
  const Icon = isHeld ? IconCheck : IconX;
  const color = isHeld ? 'var(--mantine-color-teal-text)' : 'var(--mantine-color-dimmed)';
  return (
    <>
      <Icon size={16} color={color} style={{ flex: 'none', marginTop: 2 }} aria-hidden />
      <VisuallyHidden>{isHeld ? 'Holds:' : 'Does not hold:'}</VisuallyHidden>
    </>
  );
}

function shown(value: unknown): string {
  if (value === undefined) {
    return '';
  }
  return Array.isArray(value) ? value.join(', ') : String(value);
}
