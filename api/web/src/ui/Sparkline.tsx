import classes from './Sparkline.module.css';

const [WIDTH, HEIGHT] = [120, 32];

/** The course of a figure, without axes; the figures themselves stand beside it. Begins at zero. */
export function Sparkline({ values }: { values: (number | null)[] }) {
  const known = values.map((value) => value ?? 0);
  if (known.length < 2) return <div className={classes.spark} />;
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  const range = most - least || 1;
  const x = (index: number) => (index / (known.length - 1)) * WIDTH;
  const y = (value: number) => HEIGHT - 2 - ((value - least) / range) * (HEIGHT - 4);
  const path = known
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('');
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={`${path}L${WIDTH} ${y(0)}L0 ${y(0)}Z`} className={classes.area} />
      <path d={path} className={classes.line} />
    </svg>
  );
}
