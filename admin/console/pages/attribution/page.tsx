import { SegmentedControl } from '@mantine/core';
import { Page } from '../../parts/page.tsx';
import { useUrlState } from '../../parts/url-state.ts';
import { useMay } from '../../shell/session.ts';
import { AllUsersView } from './all-users.tsx';
import { OneUserView } from './one-user.tsx';

/** Which touchpoints get how much of the conversions. */
export default function AttributionPage() {
  const [view, setView] = useUrlState('view', 'all');
  const isAllowed = useMay('analytics:read');
  if (!isAllowed) {
    return (
      <Page title="Attribution" hint="Needs a key with the scope analytics:read.">
        {null}
      </Page>
    );
  }
  const isOne = view === 'user';
  return (
    <Page
      title="Attribution"
      hint={
        isOne
          ? 'One user’s way to a conversion, and what each step gets of it.'
          : 'What each source, medium or campaign gets of the conversions, by model.'
      }
      actions={
        <SegmentedControl
          aria-label="Whose conversions"
          data={[
            { value: 'all', label: 'All users' },
            { value: 'user', label: 'One user' },
          ]}
          value={isOne ? 'user' : 'all'}
          onChange={setView}
        />
      }
    >
      {isOne ? <OneUserView /> : <AllUsersView />}
    </Page>
  );
}
