import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Cell, Report, Result } from '~/api/types';
import { useAllowed } from '~/app/session';
import type { DrillContext } from '~/lib/drill';
import { canDrill } from '~/lib/drillable';

const Drill = lazy(() => import('~/pages/reports/Drill'));

interface Drilling {
  /** Opens what is behind a row; absent where the person may not ask or the report has nothing behind it. */
  pick: ((result: Result, row: Cell[], figure?: string) => void) | undefined;
  /** What was opened: to be put into the page. */
  drawer: ReactNode;
}

/** From a point or a row of a report to its purchases and customers. */
export function useDrill(
  report: Pick<Report, 'id'>,
  context: DrillContext,
  titleOf: (result: Result, row: Cell[], figure?: string) => string,
): Drilling {
  const [chosen, setChosen] = useState<{ title: string; lines: string } | null>(null);
  // The lines come by a statement, which takes the role of an analyst.
  const mayAsk = useAllowed('analyst');
  const isPossible = mayAsk && canDrill(report);
  return {
    pick: isPossible
      ? (result, row, figure) =>
          void import('~/lib/drill').then(({ linesBehind }) => {
            const lines = linesBehind(report, result, row, { ...context, figure });
            if (lines) setChosen({ title: titleOf(result, row, figure), lines });
          })
      : undefined,
    drawer: chosen && (
      <Suspense>
        <Drill {...chosen} currency={context.currency} onClose={() => setChosen(null)} />
      </Suspense>
    ),
  };
}
