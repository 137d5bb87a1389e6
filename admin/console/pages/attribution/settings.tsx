import { Group, NumberInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useUrlFilters } from '../../parts/url-state.ts';
import { type AttributionQuery, isOfJourneys, type Model } from './models.ts';

const TYPING_MS = 400;

type Setting = {
  name: 'lookback' | 'halflife' | 'direct';
  label: string;
  hint: string;
  fallback: number;
  min: number;
  max: number;
  step: number;
};

const SETTINGS: readonly Setting[] = [
  {
    ...{ name: 'lookback', label: 'Look back, days', hint: 'Older touchpoints get nothing' },
    ...{ fallback: 30, min: 1, max: 365, step: 1 },
  },
  {
    ...{ name: 'halflife', label: 'Half-life, days', hint: 'For time decay' },
    ...{ fallback: 7, min: 0.1, max: 365, step: 0.5 },
  },
  {
    ...{ name: 'direct', label: 'Weight of direct', hint: 'Not for Markov and Shapley' },
    ...{ fallback: 1, min: 0, max: 100, step: 0.1 },
  },
];

/** How credit is divided, as the address says; and what changes it. */
export function useSettings() {
  const [texts, set] = useUrlFilters(SETTINGS.map(({ name }) => name));
  const values = Object.fromEntries(
    SETTINGS.map(({ name, fallback, min, max }) => {
      const value = Number(texts[name]);
      return [name, texts[name] !== '' && value >= min && value <= max ? value : fallback];
    }),
  ) as Record<Setting['name'], number>;
  return { values, set };
}

/** The members of the request that a model takes. */
export function settingsFor(
  model: Model,
  values: Record<Setting['name'], number>,
): AttributionQuery {
  return {
    model,
    lookback_days: values.lookback,
    ...(model === 'time_decay' ? { half_life_days: values.halflife } : {}),
    ...(isOfJourneys(model) || values.direct === 1 ? {} : { direct_weight: values.direct }),
  };
}

/** Lets the reader change how credit is divided. */
export function SettingInputs({ state }: { state: ReturnType<typeof useSettings> }) {
  const { values, set } = state;
  return (
    <Group gap="sm" align="flex-start">
      {SETTINGS.map((setting) => (
        <SettingInput
          key={setting.name}
          setting={setting}
          value={values[setting.name]}
          onChange={(value) =>
            set({ [setting.name]: value === setting.fallback ? '' : String(value) })
          }
        />
      ))}
    </Group>
  );
}

function SettingInput({
  setting: { label, hint, min, max, step },
  value,
  onChange,
}: {
  setting: Setting;
  value: number;
  onChange: (value: number) => void;
}) {
  // Each input waits for itself: a change of another one must not swallow this one's.
  const write = useDebouncedCallback(onChange, TYPING_MS);
  return (
    <NumberInput
      label={label}
      description={hint}
      flex="1 1 150px"
      maw={220}
      {...{ min, max, step }}
      clampBehavior="blur"
      defaultValue={value}
      onChange={(typed) => {
        if (typeof typed === 'number' && typed >= min && typed <= max) {
          write(typed);
        }
      }}
    />
  );
}
