import classes from "../numbers.module.css";

export type Fact = [name: string, value: React.ReactNode];

/** Names and values, in two columns; those without a value are left out. */
export function Facts({ rows }: { rows: Fact[] }) {
  return (
    <dl className={classes.facts}>
      {rows
        .filter(([, value]) => value !== "" && value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
