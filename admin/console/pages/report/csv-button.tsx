import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { fileOf } from '../../api/client.ts';
import type { ReportBody } from './api-types.ts';

const URL_LIFETIME_MS = 60_000;

/** Saves the report as the API writes it: every row, however many the page shows. */
export function CsvButton({ body }: { body: ReportBody }) {
  const download = useMutation({
    mutationFn: async () => {
      const { limit: _, ...all } = body;
      save(await fileOf('/api/v1/analytics/report', all, 'text/csv'), fileName(body));
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'No file was made', message: error.message }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      Download CSV
    </Button>
  );
}

/** `campaign_id-day-2026-06-01.csv`. */
function fileName({ grouping = [], range }: ReportBody): string {
  const parts = [...grouping, range?.start ?? ''].filter((part) => part !== '');
  return `${parts.join('-').replaceAll(/[^A-Za-z0-9._-]/g, '_') || 'report'}.csv`;
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the file after this; it must still be there then.
  setTimeout(() => URL.revokeObjectURL(address), URL_LIFETIME_MS);
}
