import {
  Alert,
  Button,
  Card,
  Group,
  NumberInput,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Answered } from '../../parts/answered.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useMay, useSession } from '../../shell/session.ts';

type Details =
  paths['/api/v1/organizations/{organization_id}']['get']['responses'][200]['content']['application/json'];
type Changes =
  paths['/api/v1/organizations/{organization_id}']['patch']['requestBody']['content']['application/json'];

/** What holds for the whole organisation. */
export function Organization() {
  const { organization } = useSession();
  const mayChange = useMay('admin');
  return (
    <Stack gap="md" maw={640}>
      <Card>
        <Text size="sm" c="dimmed">
          {organization.name}
        </Text>
        <CopyField label="organisation’s id" value={organization.organization_id} />
      </Card>
      {mayChange ? (
        <DetailsForm id={organization.organization_id} />
      ) : (
        <Alert color="gray" title={`Reports are in ${organization.currency}`}>
          Name, currency, cookies and fallback address are changed with a key that has the scope
          admin.
        </Alert>
      )}
      <Rates />
    </Stack>
  );
}

function DetailsForm({ id }: { id: string }) {
  const key = ['settings', 'organization', id];
  const params = { path: { organization_id: id } };
  const details = useQuery({
    queryKey: key,
    queryFn: () => dataOf(api.GET('/api/v1/organizations/{organization_id}', { params })),
  });
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (body: Changes) =>
      dataOf(api.PATCH('/api/v1/organizations/{organization_id}', { params, body })),
    onSuccess: (saved) => {
      queries.setQueryData(key, saved);
      return queries.invalidateQueries({ queryKey: ['session'] });
    },
  });
  return (
    <Answered query={details} height={300}>
      {(data) => (
        <DetailsFields
          key={JSON.stringify(data)}
          details={data}
          error={save.error}
          isBusy={save.isPending}
          onSave={save.mutate}
        />
      )}
    </Answered>
  );
}

function DetailsFields({
  details,
  error,
  isBusy,
  onSave,
}: {
  details: Details;
  error: Error | null;
  isBusy: boolean;
  onSave: (changes: Changes) => void;
}) {
  const [name, setName] = useState(details.name);
  const [currency, setCurrency] = useState(details.currency);
  const [fallback, setFallback] = useState(details.fallback_url ?? '');
  const [cookies, setCookies] = useState(details.cookies);
  const at = (field: string) =>
    error instanceof ApiProblem ? error.errorAt(`/body/${field}`) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave({
      name,
      currency: currency.trim().toUpperCase(),
      fallback_url: fallback.trim() === '' ? null : fallback.trim(),
      cookies,
    });
  };
  return (
    <Card component="section" aria-label="Details">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            value={name}
            error={at('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Currency"
            description="Of reports, and of conversions that name none: ISO 4217."
            value={currency}
            error={at('currency')}
            onChange={(event) => setCurrency(event.currentTarget.value)}
          />
          <TextInput
            label="Fallback address"
            description="Where clicks go that no campaign takes. Empty: 404."
            value={fallback}
            error={at('fallback_url')}
            onChange={(event) => setFallback(event.currentTarget.value)}
          />
          <Switch
            label="Redirects set the cookie trl_uid"
            description="Without, visitors are told apart by address, user agent and language."
            checked={cookies}
            onChange={(event) => setCookies(event.currentTarget.checked)}
          />
          {error !== null && <ErrorPanel error={error} />}
          <Button type="submit" loading={isBusy} style={{ alignSelf: 'flex-start' }}>
            Save
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

const RATES_KEY = ['settings', 'rates'];
const OFFERED = [
  'EUR',
  'GBP',
  'USD',
  'CHF',
  'JPY',
  'CAD',
  'AUD',
  'BRL',
  'INR',
  'PLN',
  'SEK',
  'MXN',
];

/** What other currencies are worth; without a rate they are shown apart, never added. */
function Rates() {
  const mayChange = useMay('campaigns:write');
  const rates = useQuery({
    queryKey: RATES_KEY,
    queryFn: () => dataOf(api.GET('/api/v1/currency-rates')),
  });
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (body: Record<string, string>) =>
      dataOf(api.PUT('/api/v1/currency-rates', { body: { rates: body } })),
    onSuccess: (saved) => queries.setQueryData(RATES_KEY, saved),
  });
  return (
    <Card component="section" aria-labelledby="rates">
      <Stack gap="sm">
        <Title order={2} size="h4" id="rates">
          Currency rates
        </Title>
        <Answered query={rates} height={80}>
          {(data) => (
            <Stack gap={6}>
              {Object.keys(data.rates).length === 0 && (
                <Text size="sm" c="dimmed">
                  None. Revenue in other currencies than {data.reporting_currency} is shown apart.
                </Text>
              )}
              {Object.entries(data.rates).map(([currency, rate]) => (
                <Group key={currency} gap="xs" justify="space-between">
                  <Text size="sm" className="figures">
                    1 {currency} = {rate} {data.reporting_currency}
                  </Text>
                  {mayChange && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      aria-label={`Remove ${currency}`}
                      onClick={() => save.mutate(without(data.rates, currency))}
                    >
                      Remove
                    </Button>
                  )}
                </Group>
              ))}
              {mayChange && (
                <NewRate
                  own={data.reporting_currency}
                  isBusy={save.isPending}
                  onAdd={(currency, rate) => save.mutate({ ...data.rates, [currency]: rate })}
                />
              )}
            </Stack>
          )}
        </Answered>
        {save.error !== null && <ErrorPanel error={save.error} />}
      </Stack>
    </Card>
  );
}

function NewRate({
  own,
  isBusy,
  onAdd,
}: {
  own: string;
  isBusy: boolean;
  onAdd: (currency: string, rate: string) => void;
}) {
  const [currency, setCurrency] = useState<string | null>(null);
  const [rate, setRate] = useState('');
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label="Currency"
        w={110}
        searchable
        data={OFFERED.filter((code) => code !== own)}
        value={currency}
        onChange={setCurrency}
      />
      <NumberInput
        label={`Worth in ${own}`}
        w={150}
        min={0}
        decimalScale={10}
        hideControls
        value={rate}
        onChange={(value) => setRate(String(value))}
      />
      <Button
        variant="light"
        loading={isBusy}
        disabled={currency === null || !(Number(rate) > 0)}
        onClick={() => currency !== null && onAdd(currency, rate)}
      >
        Set
      </Button>
    </Group>
  );
}

function without(rates: Record<string, string>, currency: string): Record<string, string> {
  return Object.fromEntries(Object.entries(rates).filter(([code]) => code !== currency));
}
