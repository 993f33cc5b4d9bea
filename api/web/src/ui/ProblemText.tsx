import { Text } from '@mantine/core';
import { sayProblem } from '~/app/problems';

/** What went wrong, with the server's own words below where they say more. */
export function ProblemText({ error }: { error: unknown }) {
  const { text, detail } = sayProblem(error);
  return (
    <>
      {text}
      {detail && (
        <Text size="xs" c="dimmed" lang="en" component="div" mt={2}>
          {detail}
        </Text>
      )}
    </>
  );
}
