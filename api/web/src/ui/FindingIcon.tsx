import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconStairs,
  IconTrendingDown,
  IconTrendingUp,
} from '@tabler/icons-react';

/** The kind of a finding by shape; its sentence says the rest. */
export function FindingIcon({ kind, contribution }: { kind: string; contribution: number }) {
  const colour = contribution < 0 ? 'var(--kp-bad)' : 'var(--kp-good)';
  const props = { size: 17, stroke: 1.8, 'aria-hidden': true } as const;
  if (kind === 'anomaly') return <IconAlertTriangle {...props} color="var(--kp-warn)" />;
  if (kind === 'shift') return <IconStairs {...props} color={colour} />;
  if (kind === 'mix') return <IconArrowsExchange {...props} color={colour} />;
  return contribution < 0 ? (
    <IconTrendingDown {...props} color={colour} />
  ) : (
    <IconTrendingUp {...props} color={colour} />
  );
}
