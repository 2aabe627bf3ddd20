import styles from "./ProgressBar.module.css";

interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100; null while nobody can know. */
  readonly percent: number | null;
  /** What a screen reader says instead of the bare number. */
  readonly valueText: string;
  readonly size?: "small" | "large";
}

export function ProgressBar({ label, percent, valueText, size = "small" }: ProgressBarProps) {
  return (
    <div
      className={styles["track"]}
      data-size={size}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={valueText}
    >
      <div
        className={styles["fill"]}
        data-unknown={percent === null || undefined}
        style={percent === null ? undefined : { inlineSize: `${percent}%` }}
      />
    </div>
  );
}
