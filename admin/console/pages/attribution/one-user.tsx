import { Button, Card, Group, Stack, TextInput } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { useUrlState } from '../../parts/url-state.ts';
import { USER_MODELS, type UserColumn } from './models.ts';
import { RecentConversions } from './recent-conversions.tsx';
import { SettingInputs, settingsFor, useSettings } from './settings.tsx';
import { UserAnswer } from './user-answer.tsx';

/** One user's journey with the credit of each step, by all models that can tell. */
export function OneUserView() {
  const [userId, setUserId] = useUrlState('user');
  const settings = useSettings();
  return (
    <Stack gap="md">
      <Card>
        <Stack gap="sm">
          <UserForm key={userId} userId={userId} onChoose={setUserId} />
          <SettingInputs state={settings} />
        </Stack>
      </Card>
      {userId === '' ? (
        <RecentConversions onChoose={setUserId} />
      ) : (
        <Journey userId={userId} settings={settings.values} onLeave={() => setUserId('')} />
      )}
    </Stack>
  );
}

function UserForm({ userId, onChoose }: { userId: string; onChoose: (userId: string) => void }) {
  const [typed, setTyped] = useState(userId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-end">
        <TextInput
          label="User"
          placeholder="usr_…"
          flex="1 1 220px"
          maw={420}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
        <Button type="submit">Show the journey</Button>
        {userId !== '' && (
          <Button variant="default" onClick={() => onChoose('')}>
            Recent conversions
          </Button>
        )}
      </Group>
    </form>
  );
}

function Journey({
  userId,
  settings,
  onLeave,
}: {
  userId: string;
  settings: ReturnType<typeof useSettings>['values'];
  onLeave: () => void;
}) {
  const answers = useQueries({
    queries: USER_MODELS.map(({ model }) => {
      const query = { ...settingsFor(model, settings), user_id: userId };
      return {
        queryKey: ['attribution', 'user', query],
        queryFn: async () => {
          const answer = await dataOf(
            api.GET('/api/v1/analytics/attribution', { params: { query } }),
          );
          if (!('touchpoints' in answer)) {
            throw new Error('The service has answered for all users.');
          }
          return answer;
        },
      };
    }),
  });
  const columns = USER_MODELS.map(({ model, label }, index): UserColumn => {
    return { model, label, answer: answers[index]?.data };
  });
  // Conversions and insights are the same in all answers.
  const first =
    answers.find(({ error }) => error !== null) ??
    answers.find(({ data }) => data !== undefined) ??
    answers[0];
  return first === undefined ? null : (
    <UserAnswer {...{ userId, columns, onLeave }} query={first} />
  );
}
