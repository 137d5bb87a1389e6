import {
  Anchor,
  Button,
  Card,
  Center,
  Code,
  PasswordInput,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Logo } from './logo.tsx';
import { useSignIn } from './session.ts';

/** Asks for a key and exchanges it for a session. The key is kept nowhere. */
export function SignIn() {
  const [key, setKey] = useState('');
  const signIn = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') {
      signIn.mutate(key.trim());
    }
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Card w="100%" maw={420} padding="xl" shadow="sm">
        <form onSubmit={submit}>
          <Stack gap="md">
            <Logo size={34} />
            <div>
              <Title order={1} size="h3">
                Sign in
              </Title>
              <Text c="dimmed" size="sm">
                With a key of your organisation.
              </Text>
            </div>
            <PasswordInput
              label="Key"
              placeholder="wdn_sk_live_…"
              autoComplete="off"
              data-autofocus
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={signIn.error?.message}
            />
            <Button type="submit" loading={signIn.isPending} disabled={key.trim() === ''}>
              Sign in
            </Button>
            <Text size="xs" c="dimmed">
              The first start of Trellis writes keys to <Code>data/demo-credentials.json</Code>;{' '}
              <Code>npx trellis keys create</Code> makes more. The API is described at{' '}
              <Anchor href="/docs" size="xs">
                /docs
              </Anchor>
              .
            </Text>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
