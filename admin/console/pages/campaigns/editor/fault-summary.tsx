import { Alert, Anchor, List } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Fault, Faults } from '../draft/faults.ts';

const FAULTS_SHOWN_MAX = 20;

/** All faults at once, each leading to where it is. Takes the focus, so that it is read out. */
export function FaultSummary({ faults }: { faults: Faults }) {
  const alert = useRef<HTMLDivElement>(null);
  const { all } = faults;
  useEffect(() => {
    if (all.length > 0) {
      alert.current?.focus();
      alert.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [all]);
  if (all.length === 0) {
    return null;
  }
  const more = all.length - FAULTS_SHOWN_MAX;
  return (
    <Alert
      ref={alert}
      tabIndex={-1}
      color="red"
      role="alert"
      title={all.length === 1 ? 'Not saved: one problem' : `Not saved: ${all.length} problems`}
    >
      <List size="sm">
        {all.slice(0, FAULTS_SHOWN_MAX).map((fault) => (
          <List.Item key={`${fault.path} ${fault.message}`}>
            <Anchor
              component="button"
              type="button"
              size="sm"
              c="inherit"
              ta="left"
              underline="always"
              onClick={() => goTo(fault)}
            >
              {placeInWords(fault.path)}
            </Anchor>{' '}
            {fault.message}
          </List.Item>
        ))}
        {more > 0 && <List.Item>and {more} more</List.Item>}
      </List>
    </Alert>
  );
}

function goTo({ place }: Fault): void {
  if (place !== undefined) {
    const element = document.getElementById(`field-${place.part.key}-${place.member}`);
    element?.scrollIntoView({ block: 'center' });
    element?.focus({ preventScroll: true });
  }
}

const WORDS: Readonly<Record<string, string>> = {
  campaign_id: 'id',
  default_action: 'other clicks',
  clicks_per_day: 'clicks a day',
  conversions_per_day: 'conversions a day',
  time_range: 'past traffic',
  rule_id: 'rule id',
  passthrough: 'parameters to hand on',
  timezone: 'time zone',
  url: 'address',
};
const LISTS: Readonly<Record<string, string>> = {
  rules: 'rule',
  conditions: 'condition',
  any: 'condition',
  all: 'condition',
  destinations: 'destination',
  value: 'value',
  tags: 'tag',
};
/** What stands around things and has no place of its own. */
const SILENT = new Set(['action', 'caps', 'not', 'overflow']);

/** `/body/rules/0/conditions/1/value` → `Rule 1, condition 2, value`. */
export function placeInWords(path: string): string {
  const parts = path.split('/').slice(2);
  const words = parts.flatMap((part, index) => {
    if (/^\d+$/.test(part)) {
      const list = LISTS[parts[index - 1] ?? ''];
      return [`${list ?? ''} ${Number(part) + 1}`.trim()];
    }
    const isListOf = /^\d+$/.test(parts[index + 1] ?? '') && part in LISTS;
    return isListOf || SILENT.has(part) ? [] : [WORDS[part] ?? part];
  });
  const text = words.join(', ');
  return text === '' ? 'The campaign' : text.charAt(0).toUpperCase() + text.slice(1);
}
