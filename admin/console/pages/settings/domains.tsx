import { ActionIcon, Button, Card, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Answered } from '../../parts/answered.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatDay } from '../../parts/format.ts';
import { useMay } from '../../shell/session.ts';

const KEY = ['settings', 'domains'];

/** The host names under which tracking links work. */
export function Domains() {
  const mayChange = useMay('campaigns:write');
  const [leaving, setLeaving] = useState('');
  const domains = useQuery({
    queryKey: KEY,
    queryFn: () => dataOf(api.GET('/api/v1/domains', { params: { query: { limit: 100 } } })),
  });
  return (
    <Stack gap="md" maw={720}>
      <Text size="sm" c="dimmed">
        Clicks on a link under one of these names are yours. Point the name’s DNS at an engine, and
        put a server for TLS in front of it.
      </Text>
      {mayChange && <NewDomain />}
      <Answered
        query={domains}
        isEmpty={(data) => data.domains.length === 0}
        empty={<Empty title="No domain yet" hint="Add the one that your links shall begin with." />}
      >
        {(data) => (
          <Card>
            <DataTable
              label="Domains"
              minWidth={320}
              rows={data.domains}
              rowKey={({ hostname }) => hostname}
              columns={[
                {
                  id: 'hostname',
                  title: 'Domain',
                  cell: ({ hostname }) => <span className="literal">{hostname}</span>,
                },
                { id: 'created', title: 'Since', cell: ({ created_at }) => formatDay(created_at) },
                {
                  ...{ id: 'remove', title: '', isFigure: true },
                  cell: ({ hostname }) =>
                    mayChange && (
                      <Tooltip label={`Remove ${hostname}`}>
                        <ActionIcon
                          variant="subtle"
                          color="red"
                          aria-label={`Remove ${hostname}`}
                          onClick={() => setLeaving(hostname)}
                        >
                          <IconTrash size={16} />
                        </ActionIcon>
                      </Tooltip>
                    ),
                },
              ]}
            />
          </Card>
        )}
      </Answered>
      <Removal hostname={leaving} onClose={() => setLeaving('')} />
    </Stack>
  );
}

function NewDomain() {
  const queries = useQueryClient();
  const [hostname, setHostname] = useState('');
  const add = useMutation({
    mutationFn: (name: string) => dataOf(api.POST('/api/v1/domains', { body: { hostname: name } })),
    onSuccess: () => {
      setHostname('');
      return queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(hostname.trim());
  };
  const error =
    add.error instanceof ApiProblem
      ? (add.error.errorAt('/body/hostname') ?? add.error.message)
      : add.error?.message;
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" gap="xs">
        <TextInput
          label="New domain"
          placeholder="go.example.com"
          value={hostname}
          error={error}
          onChange={(event) => setHostname(event.currentTarget.value)}
        />
        <Button type="submit" mt={25} loading={add.isPending} disabled={hostname.trim() === ''}>
          Add
        </Button>
      </Group>
    </form>
  );
}

function Removal({ hostname, onClose }: { hostname: string; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      dataOf(api.DELETE('/api/v1/domains/{hostname}', { params: { path: { hostname } } })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: KEY });
    },
  });
  return (
    <Confirm
      title={`Remove ${hostname}?`}
      action="Remove"
      isOpen={hostname !== ''}
      isBusy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      Links under it stop working within a second: visitors get 404.
      {remove.error !== null && ` ${remove.error.message}`}
    </Confirm>
  );
}
