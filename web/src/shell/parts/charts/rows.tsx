/** Horizontal bars: how often each of some words stands (a distribution); in plain HTML, so it reads as it stands. */

import { Fragment, type ReactNode } from "react";
import { useSpeech } from "../../language";
import type { Tone } from "./chart";
import { CHART } from "./words";
import "./charts.css";

export function Rows(props: {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: number; readonly tone?: Tone }[];
  readonly format: (value: number) => string;
}): ReactNode {
  const { t } = useSpeech();
  const most = Math.max(1e-9, ...props.rows.map(({ value }) => value));
  return (
    <figure className="gs-chart">
      <figcaption>{props.title}</figcaption>
      {props.rows.length === 0 && <div className="gs-chart-empty">{t(CHART.nothing)}</div>}
      <div className="gs-rows">
        {props.rows.map(({ label, value, tone = "accent" }) => (
          <Fragment key={label}>
            <span className="gs-rows-label" title={label}>
              {label}
            </span>
            <span className="gs-stack" aria-hidden="true">
              <Part share={value / most} tone={tone} />
            </span>
            <span className="gs-rows-value">{props.format(value)}</span>
          </Fragment>
        ))}
      </div>
    </figure>
  );
}

export function Part({ share, tone }: { readonly share: number; readonly tone: Tone }): ReactNode {
  return <div className={`gs-tone-${tone}`} style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />;
}

/** One bar of several parts: how far something is. */
export function Stacked(props: {
  readonly label: string;
  readonly parts: readonly { readonly name: string; readonly value: number; readonly tone: Tone }[];
  readonly format: (value: number) => string;
  /** What the whole is, when the parts do not make it up. */
  readonly whole?: number;
  readonly legend?: boolean;
}): ReactNode {
  const whole = props.whole ?? props.parts.reduce((sum, { value }) => sum + value, 0);
  const says = props.parts.map(({ name, value }) => `${name} ${props.format(value)}`).join(", ");
  return (
    <div>
      <div className="gs-stack" role="img" aria-label={`${props.label}: ${says}`}>
        {props.parts.map(({ name, value, tone }) => (
          <Part key={name} share={whole > 0 ? value / whole : 0} tone={tone} />
        ))}
      </div>
      {props.legend === true && (
        <div className="gs-legend" aria-hidden="true">
          {props.parts.map(({ name, value, tone }) => (
            <span key={name} className={`gs-tone-${tone}`}>
              {name} {props.format(value)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
