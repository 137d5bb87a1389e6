import {
  Alert,
  Badge,
  Button,
  Card,
  Checkbox,
  Group,
  Modal,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatDay } from '../../parts/format.ts';
import { useMay, useSession } from '../../shell/session.ts';

type Key =
  paths['/api/v1/keys']['get']['responses'][200]['content']['application/json']['keys'][number];
type NewKey = paths['/api/v1/keys']['post']['requestBody']['content']['application/json'];

const KEY = ['settings', 'keys'];
const SCOPES: ReadonlyArray<readonly [scope: NewKey['scopes'][number], meaning: string]> = [
  ['traffic:write', 'Send clicks and visits'],
  ['postbacks:write', 'Report conversions; alone it may stand in a URL'],
  ['campaigns:read', 'See campaigns and domains'],
  ['campaigns:write', 'Change campaigns and domains'],
  ['analytics:read', 'See reports and fraud'],
  ['fraud:write', 'Block addresses, change fraud settings and webhooks'],
  ['admin', 'Make keys and organisations'],
];

/** Who may do what: people and programs are keys. */
export function Keys() {
  const { scopes, key_id } = useSession();
  const mayManage = useMay('admin');
  return (
    <Stack gap="md">
      <Card component="section" aria-label="This session">
        <Text fw={600} size="sm">
          You signed in with <span className="literal">{key_id}</span>, which allows:
        </Text>
        <Group gap={6} mt={6}>
          {scopes.map((scope) => (
            <Badge key={scope} variant="light" tt="none">
              {scope}
            </Badge>
          ))}
        </Group>
      </Card>
      {mayManage ? (
        <KeyList />
      ) : (
        <Alert color="gray" title="Keys are made by whoever runs Trellis">
          Sign in with a key that has the scope admin, or run{' '}
          <span className="literal">npx trellis keys create --help</span>.
        </Alert>
      )}
    </Stack>
  );
}

function KeyList() {
  const queries = useQueryClient();
  const [isNew, setNew] = useState(false);
  const [leaving, setLeaving] = useState<Key | null>(null);
  const keys = useQuery({
    queryKey: KEY,
    queryFn: () => dataOf(api.GET('/api/v1/keys', { params: { query: { limit: 200 } } })),
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      dataOf(api.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: id } } })),
    onSuccess: () => {
      setLeaving(null);
      return queries.invalidateQueries({ queryKey: KEY });
    },
  });
  return (
    <>
      <Group justify="flex-end">
        <Button onClick={() => setNew(true)}>New key</Button>
      </Group>
      <Answered query={keys}>
        {(data) => (
          <Card>
            <DataTable
              label="Keys"
              rows={data.keys}
              rowKey={(row) => row.key_id}
              columns={columns(setLeaving)}
              minWidth={760}
            />
          </Card>
        )}
      </Answered>
      <NewKeyDialog isOpen={isNew} onClose={() => setNew(false)} />
      <Confirm
        title={`Revoke ${leaving?.name ?? ''}?`}
        action="Revoke"
        isOpen={leaving !== null}
        isBusy={revoke.isPending}
        onClose={() => setLeaving(null)}
        onConfirm={() => leaving !== null && revoke.mutate(leaving.key_id)}
      >
        Whatever uses it is refused within a second, and sessions that were begun with it end.
        {revoke.error !== null && ` ${revoke.error.message}`}
      </Confirm>
    </>
  );
}

function columns(onRevoke: (key: Key) => void): ReadonlyArray<Column<Key>> {
  return [
    { id: 'name', title: 'Name', cell: ({ name }) => name },
    {
      id: 'prefix',
      title: 'Begins with',
      cell: ({ key_prefix }) => <span className="literal">{key_prefix}…</span>,
    },
    { id: 'scopes', title: 'Allows', cell: ({ scopes }) => scopes.join(', ') },
    { id: 'created', title: 'Created', cell: ({ created_at }) => formatDay(created_at) },
    { id: 'state', title: 'State', cell: (key) => stateOf(key) },
    {
      ...{ id: 'revoke', title: '', isFigure: true },
      cell: (key) =>
        key.revoked_at === null && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            aria-label={`Revoke ${key.name}`}
            onClick={() => onRevoke(key)}
          >
            Revoke
          </Button>
        ),
    },
  ];
}

function stateOf({ revoked_at, expires_at }: Key): string {
  if (revoked_at !== null) {
    return `Revoked ${formatDay(revoked_at)}`;
  }
  if (expires_at === null) {
    return 'In use';
  }
  return `${new Date(expires_at).getTime() < Date.now() ? 'Expired' : 'Until'} ${formatDay(expires_at)}`;
}

function NewKeyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['analytics:read', 'campaigns:read']);
  const create = useMutation({
    mutationFn: (body: NewKey) => dataOf(api.POST('/api/v1/keys', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const close = () => {
    create.reset();
    setName('');
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      name,
      scopes: scopes as NewKey['scopes'],
      environment: 'live',
      expires_at: null,
    });
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={create.data === undefined ? 'New key' : 'The key'}
    >
      {create.data === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="Name"
              description="What people call it."
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Checkbox.Group label="It allows" value={scopes} onChange={setScopes}>
              <Stack gap={6} mt={6}>
                {SCOPES.map(([scope, meaning]) => (
                  <Checkbox key={scope} value={scope} label={scope} description={meaning} />
                ))}
              </Stack>
            </Checkbox.Group>
            {create.error !== null && <ErrorPanel error={create.error} />}
            <Button
              type="submit"
              loading={create.isPending}
              disabled={name.trim() === '' || scopes.length === 0}
            >
              Create
            </Button>
          </Stack>
        </form>
      ) : (
        <Stack gap="sm">
          <Text size="sm">Copy it now. It is stored nowhere and cannot be shown again.</Text>
          <CopyField label="key" value={create.data.key} />
          <Button onClick={close}>I have it</Button>
        </Stack>
      )}
    </Modal>
  );
}
