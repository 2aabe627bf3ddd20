import { useId } from "react";
import styles from "./LayersPanel.module.css";

interface RangeFieldProps {
  readonly label: string;
  /** What it belongs to, for those who hear it alone. */
  readonly about: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** The value in words. */
  readonly reading: string;
  readonly onChange: (value: number) => void;
}

/** A slider with its name and its value. */
export function RangeField({ label, about, value, least, most, step, reading, onChange }: RangeFieldProps) {
  const id = useId();
  return (
    <div className={styles["range"]}>
      <label htmlFor={id}>{label}</label>
      <span aria-hidden="true">{reading}</span>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-label={`${label}: ${about}`}
        aria-valuetext={reading}
        onChange={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </div>
  );
}
