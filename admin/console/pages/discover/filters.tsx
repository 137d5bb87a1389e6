import { Button, Group, NumberInput, Select } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useUrlState } from '../../parts/url-state.ts';

const TRAFFIC = '100';
const TRAFFIC_MAX = 1_000_000_000;
const CONFIDENCE = '0.8';
const TYPING_MS = 600;

const CONFIDENCES = [
  { value: '0.95', label: 'Very strong only' },
  { value: '0.8', label: 'Strong and better' },
  { value: '0.5', label: 'Moderate and better' },
  // Below, what is left when weak groups are taken out looks like groups of its own.
  { value: '0.2', label: 'Weak ones too' },
];

/** What the address says about the search, and what changes it. */
export function useSearchFilters() {
  const [traffic, setTraffic] = useUrlState('clicks', TRAFFIC);
  const [confidence, setConfidence] = useUrlState('confidence', CONFIDENCE);
  const wanted = Math.round(Number(traffic));
  return {
    minTraffic: wanted >= 1 && wanted <= TRAFFIC_MAX ? wanted : Number(TRAFFIC),
    minConfidence: CONFIDENCES.some(({ value }) => value === confidence)
      ? Number(confidence)
      : Number(CONFIDENCE),
    setTraffic,
    setConfidence,
  };
}

/** How large and how clear a group must be. */
export function SearchFilters({
  state,
  isSearching,
  onSearch,
}: {
  state: ReturnType<typeof useSearchFilters>;
  isSearching: boolean;
  onSearch: () => void;
}) {
  const { minTraffic, minConfidence, setTraffic, setConfidence } = state;
  const [typed, setTyped] = useState<string | number>(minTraffic);
  const settle = useDebouncedCallback((value: string | number) => {
    const clicks = Math.round(Number(value));
    if (clicks >= 1) {
      setTraffic(String(clicks));
    }
  }, TYPING_MS);
  return (
    <Group gap="sm" align="flex-end">
      <NumberInput
        label="Clicks at least"
        w={140}
        min={1}
        max={TRAFFIC_MAX}
        step={50}
        allowDecimal={false}
        thousandSeparator=","
        value={typed}
        onChange={(value) => {
          setTyped(value);
          settle(value);
        }}
      />
      <Select
        label="Confidence"
        w={190}
        allowDeselect={false}
        data={CONFIDENCES}
        value={String(minConfidence)}
        onChange={(value) => setConfidence(value ?? CONFIDENCE)}
      />
      <Button
        variant="light"
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={isSearching}
        onClick={onSearch}
      >
        Search again
      </Button>
    </Group>
  );
}
