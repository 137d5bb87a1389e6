import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty
        title="There is no such page"
        hint="The address may be mistyped, or the page has moved."
      >
        <Button component={Link} href="/live">
          To the live page
        </Button>
      </Empty>
    </Page>
  );
}
