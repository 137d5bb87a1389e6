import {
  Autocomplete,
  Button,
  Collapse,
  Group,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type SampleDraft, USER_AGENTS } from './sample.ts';

type FieldsProps = {
  sample: SampleDraft;
  /** What the API found wrong with a member of the sample. */
  faultAt: (member: string) => string | undefined;
  onChange: (changes: Partial<SampleDraft>) => void;
};

/** What the visitor brings along. */
export function SampleFields(props: FieldsProps) {
  const { sample, faultAt, onChange } = props;
  const [isOpen, more] = useDisclosure(false);
  return (
    <Stack gap="sm">
      <TextInput
        label="Parameters of the link"
        placeholder="source=facebook&sub1=42"
        classNames={{ input: 'literal' }}
        value={sample.query}
        error={faultAt('url')}
        onChange={(event) => onChange({ query: event.currentTarget.value })}
      />
      <BrowserInput {...props} />
      <Group grow gap="sm" align="flex-start">
        <TextInput
          label="Address"
          placeholder="194.25.0.60"
          value={sample.ip}
          error={faultAt('ip')}
          onChange={(event) => onChange({ ip: event.currentTarget.value })}
        />
        <TextInput
          label="Country"
          placeholder="of the address"
          maxLength={2}
          value={sample.country}
          error={faultAt('country')}
          onChange={(event) => onChange({ country: event.currentTarget.value })}
        />
      </Group>
      <TextInput
        label="Referer"
        placeholder="https://www.tiktok.com/@somebody"
        value={sample.referer}
        error={faultAt('referer')}
        onChange={(event) => onChange({ referer: event.currentTarget.value })}
      />
      <DateTimePicker
        label="When"
        placeholder="now"
        clearable
        valueFormat="D MMM YYYY HH:mm"
        value={sample.at === '' ? null : sample.at}
        error={faultAt('at')}
        clearButtonProps={{ 'aria-label': 'Take now' }}
        onChange={(at) => onChange({ at: at ?? '' })}
      />
      <Button
        variant="subtle"
        size="compact-sm"
        w="fit-content"
        aria-expanded={isOpen}
        leftSection={isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        onClick={more.toggle}
      >
        More about the visitor
      </Button>
      <Collapse expanded={isOpen} keepMounted={false}>
        <MoreFields {...props} />
      </Collapse>
    </Stack>
  );
}

function BrowserInput({ sample, faultAt, onChange }: FieldsProps) {
  const known = USER_AGENTS.find(({ value }) => value === sample.userAgent);
  return (
    <Autocomplete
      label="Browser"
      description="One of the list, or any user agent."
      placeholder="just any"
      clearable
      clearButtonProps={{ 'aria-label': 'Just any browser' }}
      data={USER_AGENTS.map(({ label }) => label)}
      filter={({ options }) => options}
      value={known?.label ?? sample.userAgent}
      error={faultAt('user_agent')}
      onChange={(text) =>
        onChange({ userAgent: USER_AGENTS.find(({ label }) => label === text)?.value ?? text })
      }
    />
  );
}

const TRUTHS = [
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
];

function MoreFields({ sample, faultAt, onChange }: FieldsProps) {
  return (
    <Stack gap="sm">
      <Group grow gap="sm" align="flex-start">
        <TextInput
          label="Language"
          placeholder="de-DE"
          value={sample.language}
          error={faultAt('language')}
          onChange={(event) => onChange({ language: event.currentTarget.value })}
        />
        <NumberInput
          label="Fraud score"
          placeholder="0"
          min={0}
          max={1}
          step={0.1}
          value={sample.fraudScore}
          error={faultAt('fraud_score')}
          onChange={(score) => onChange({ fraudScore: String(score) })}
        />
      </Group>
      <Group grow gap="sm" align="flex-start">
        <Select
          label="A new visitor"
          placeholder="yes"
          clearable
          data={TRUTHS}
          value={sample.isUnique || null}
          onChange={(value) => onChange({ isUnique: truthOf(value) })}
        />
        <Select
          label="A robot"
          placeholder="as the browser says"
          clearable
          data={TRUTHS}
          value={sample.isBot || null}
          onChange={(value) => onChange({ isBot: truthOf(value) })}
        />
      </Group>
      <TextInput
        label="Visitor's id"
        description="Decides which of several destinations the visitor gets."
        placeholder="usr_1"
        value={sample.userId}
        error={faultAt('user_id')}
        onChange={(event) => onChange({ userId: event.currentTarget.value })}
      />
      <Textarea
        label="Headers"
        description="One to a line."
        placeholder="X-Requested-With: com.zhiliaoapp.musically"
        autosize
        minRows={2}
        maxRows={8}
        value={sample.headers}
        error={faultAt('headers')}
        onChange={(event) => onChange({ headers: event.currentTarget.value })}
      />
    </Stack>
  );
}

function truthOf(value: string | null): '' | 'true' | 'false' {
  return value === 'true' || value === 'false' ? value : '';
}
