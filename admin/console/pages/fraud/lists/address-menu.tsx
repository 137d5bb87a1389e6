import { ActionIcon, Menu } from '@mantine/core';
import { IconBan, IconDots, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../../shell/session.ts';
import { EntryDialog } from './entry-dialog.tsx';
import type { ListKind } from './lists.ts';

/** What can be done about an address; nothing for a key that may not. */
export function AddressMenu({ address, reason }: { address: string; reason: string }) {
  const isAllowed = useMay('fraud:write');
  const [kind, setKind] = useState<ListKind>('block');
  const [isOpen, setOpen] = useState(false);
  if (!isAllowed) {
    return null;
  }
  const ask = (chosen: ListKind) => () => {
    setKind(chosen);
    setOpen(true);
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do about ${address}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconBan size={16} />} onClick={ask('block')}>
            Block it
          </Menu.Item>
          <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={ask('never_block')}>
            Never block it
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <EntryDialog
        kind={kind}
        network={address}
        reason={kind === 'block' ? reason : ''}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
    </>
  );
}
