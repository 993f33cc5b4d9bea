import { useNavigate } from '@tanstack/react-router';
import { readPeriod } from '~/lib/period';
import { Views } from '~/pages/views/Views';

/** Dashboards with their period under a name: of one that is open, or of all to choose from. */
export function BoardViews({ id }: { id?: string }) {
  const navigate = useNavigate();
  return (
    <Views
      page="dashboards"
      extra={id ? { board: id } : undefined}
      readOnly={id === undefined}
      onOpen={({ board = id, ...next }) => {
        if (board) void navigate({ to: '/dashboards/$id', params: { id: board }, search: readPeriod(next) });
      }}
    />
  );
}
