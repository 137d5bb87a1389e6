import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { ApiProblem } from '../api/problem.ts';

/** What went wrong, in the API's words, and what to do about it. */
export function ErrorPanel({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const faults = error instanceof ApiProblem ? error.errors : [];
  return (
    <Alert color="red" title={titleOf(error)} role="alert" w="100%">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {faults.length > 0 && (
          <List size="sm">
            {faults.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>
                <span className="literal">{path}</span> {message}
              </List.Item>
            ))}
          </List>
        )}
        {onRetry !== undefined && (
          <Button size="xs" variant="light" color="red" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiProblem)) {
    return error instanceof TypeError ? 'The service cannot be reached' : 'This page has failed';
  }
  if (error.status === 403) {
    return 'This key does not allow it';
  }
  if (error.status === 429) {
    return 'Too much at once';
  }
  return error.status >= 500 ? 'The service could not answer' : 'The request was refused';
}
