import { Anchor, Card, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { CopyField } from '../../../parts/copy-field.tsx';
import type { Campaign } from '../types.ts';

/** What people put into ads, and what networks call back. */
export function LinkCards({ campaign: { tracking_links: links } }: { campaign: Campaign }) {
  const origin = originOf(links.at(-1)?.url);
  return (
    <Card>
      <Stack gap="md">
        <TrackingLinks links={links} />
        {origin !== undefined && (
          <section>
            <Title order={3} size="h5">
              Postback URL
            </Title>
            <Text size="sm" c="dimmed" mb={4}>
              What a network calls when a click has led to something. Put a key with the scope
              postbacks:write in place of TOKEN, and the network's own macros behind the equals
              signs.
            </Text>
            <CopyField label="the postback URL" value={postbackOf(origin)} />
          </section>
        )}
      </Stack>
    </Card>
  );
}

function TrackingLinks({ links }: { links: Campaign['tracking_links'] }) {
  const [source, setSource] = useState('');
  const query = source.trim() === '' ? '' : `?source=${encodeURIComponent(source.trim())}`;
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        Links
      </Title>
      {links.length === 0 ? (
        <Text size="sm" c="dimmed">
          There is no domain yet.{' '}
          <Anchor component={Link} href="/settings/domains" size="sm">
            Add one
          </Anchor>{' '}
          to get a link.
        </Text>
      ) : (
        <Stack gap={4}>
          <TextInput
            size="xs"
            label="Source to name in the link"
            placeholder="tiktok"
            maw={220}
            mb={4}
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
          {links.map(({ hostname, url }) => (
            <CopyField key={hostname} label={`the link of ${hostname}`} value={`${url}${query}`} />
          ))}
        </Stack>
      )}
    </section>
  );
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).origin;
}

function postbackOf(origin: string): string {
  return `${origin}/postback?token=TOKEN&event=sale&click_id=&payout=&currency=&txid=`;
}
