import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconActivity,
  IconAdjustments,
  IconChartBar,
  IconCoin,
  IconCompass,
  IconGitBranch,
  IconLogout,
  IconMoon,
  IconRoute,
  IconShieldExclamation,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { Logo } from './logo.tsx';
import { useSession, useSignOut } from './session.ts';

const LINKS = [
  ['/live', 'Live', IconActivity],
  ['/campaigns', 'Campaigns', IconRoute],
  ['/report', 'Report', IconChartBar],
  ['/attribution', 'Attribution', IconGitBranch],
  ['/discover', 'Discover', IconCompass],
  ['/fraud', 'Fraud', IconShieldExclamation],
  ['/conversions', 'Conversions', IconCoin],
  ['/settings', 'Settings', IconAdjustments],
] as const;

/** Navigation, whose session it is, and the page. */
export function Layout({ children }: { children: ReactNode }) {
  const [isOpen, menu] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
            />
            <Logo />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SchemeSwitch />
            <SessionMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <Navigation onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main>{children}</AppShell.Main>
    </AppShell>
  );
}

function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const [location] = useLocation();
  return (
    <ScrollArea>
      {LINKS.map(([path, label, Icon]) => {
        const isActive = location === path || location.startsWith(`${path}/`);
        return (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={label}
            active={isActive}
            aria-current={isActive ? 'page' : undefined}
            leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            onClick={onNavigate}
            style={{ borderRadius: 'var(--mantine-radius-md)' }}
          />
        );
      })}
    </ScrollArea>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Switch to ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      {scheme === 'light' ? <IconMoon size={18} /> : <IconSun size={18} />}
    </ActionIcon>
  );
}

function SessionMenu() {
  const { organization, key_id } = useSession();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="light" size="lg" aria-label={`Session of ${organization.name}`}>
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600}>
            {organization.name}
          </Text>
          <Text size="xs" className="literal">
            {organization.organization_id}
          </Text>
          <Text size="xs" className="literal">
            {key_id}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component="a" href="/docs" target="_blank">
          API reference
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
