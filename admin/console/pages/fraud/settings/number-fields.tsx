import { NumberInput, SimpleGrid, Stack, Title } from '@mantine/core';
import type { Field, FraudSettings } from './fields.ts';

export type DraftProps = {
  draft: FraudSettings;
  set: (part: Partial<FraudSettings>) => void;
  errorOf: (name: keyof FraudSettings) => string | undefined;
  isAllowed: boolean;
};

/** Thresholds that are numbers, with what they mean. */
export function NumberFields({
  title,
  fields,
  draft,
  set,
  errorOf,
  isAllowed,
}: DraftProps & { title: string; fields: readonly Field[] }) {
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {title}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        {fields.map(({ name, label, hint, min, max, step = 1, decimals = 0, suffix = '' }) => (
          <NumberInput
            key={name}
            label={label}
            description={hint}
            min={min}
            max={max}
            step={step}
            decimalScale={decimals}
            suffix={suffix}
            thousandSeparator=","
            clampBehavior="blur"
            disabled={!isAllowed}
            value={draft[name]}
            error={errorOf(name)}
            onChange={(value) => {
              if (typeof value === 'number') {
                set({ [name]: value });
              }
            }}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
