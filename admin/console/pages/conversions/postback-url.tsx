import { Anchor, Button, Card, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useUrlState } from '../../parts/url-state.ts';
import { useMay } from '../../shell/session.ts';
import { NETWORKS, postbackUrl } from './networks.ts';

/** Makes the address that a network calls, with the network's own macros in it. */
export function PostbackUrl() {
  const [network, setNetwork] = useUrlState('network', 'own');
  const [token, setToken] = useState('');
  const domains = useQuery({
    queryKey: ['conversions', 'domains'],
    queryFn: () => dataOf(api.GET('/api/v1/domains', { params: { query: { limit: 10 } } })),
  });
  const hosts = domains.data?.domains.map(({ hostname }) => hostname) ?? [];
  const host = hosts.find((name) => name.includes('.') && !/^[\d.]+$/.test(name)) ?? hosts[0];
  const chosen = NETWORKS.find(({ id }) => id === network) ?? NETWORKS[0];
  const url = postbackUrl(host ?? 'track.example.com', token === '' ? 'TOKEN' : token, chosen);
  return (
    <Card component="section" aria-labelledby="postback-url">
      <Stack gap="sm">
        <Title order={2} size="h4" id="postback-url">
          Postback URL
        </Title>
        <Select
          label="For"
          allowDeselect={false}
          value={chosen.id}
          onChange={(value) => setNetwork(value ?? 'own')}
          data={NETWORKS.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <TextInput
          label="Token"
          description="A key that can do nothing but report conversions; it may stand in a URL."
          placeholder="wdn_sk_live_…"
          value={token}
          autoComplete="off"
          onChange={(event) => setToken(event.currentTarget.value.trim())}
        />
        <NewToken onToken={setToken} />
        <CopyField label="postback URL" value={url} />
        <Text size="xs" c="dimmed">
          {chosen.note} The tracking link must hand the network its click id: see{' '}
          <Anchor href="/campaigns" size="xs">
            Campaigns
          </Anchor>
          .
        </Text>
      </Stack>
    </Card>
  );
}

/** Only keys with the scope `admin` make keys. */
function NewToken({ onToken }: { onToken: (token: string) => void }) {
  const mayCreate = useMay('admin');
  const create = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/v1/keys', {
          body: {
            name: 'postback token',
            scopes: ['postbacks:write'],
            environment: 'live',
            expires_at: null,
          },
        }),
      ),
    onSuccess: ({ key }) => onToken(key),
  });
  if (!mayCreate) {
    return (
      <Text size="xs" c="dimmed">
        Whoever runs Trellis makes one:{' '}
        <span className="literal">npx trellis keys create --scopes postbacks:write</span>
      </Text>
    );
  }
  return (
    <>
      <Button
        variant="light"
        size="xs"
        loading={create.isPending}
        onClick={() => create.mutate()}
        style={{ alignSelf: 'flex-start' }}
      >
        Create a token
      </Button>
      {create.error !== null && <ErrorPanel error={create.error} />}
    </>
  );
}
