/** The frame of every chart: its title, the drawing with what it says in words, and the same numbers as a table. */

import { useElementSize } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useSpeech } from "../../language";
import { CHART } from "./words";
import "./charts.css";

export type Tone = "accent" | "good" | "warn" | "bad" | "plain" | "faint";

export interface TableAlternative {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function Chart(props: {
  readonly title: string;
  readonly table: TableAlternative;
  readonly legend?: readonly { readonly name: string; readonly tone: Tone }[];
  readonly height: number;
  readonly empty?: boolean;
  /** The drawing, given the width there is. */
  readonly draw: (width: number) => ReactNode;
  /** What it says, for those who cannot see it. */
  readonly says: string;
}): ReactNode {
  const { t } = useSpeech();
  const { ref, width } = useElementSize<HTMLDivElement>();
  return (
    <figure className="gs-chart">
      <figcaption>{props.title}</figcaption>
      <div ref={ref}>
        {props.empty === true ? (
          <div className="gs-chart-empty">{t(CHART.nothing)}</div>
        ) : (
          width > 0 && (
            <svg
              role="img"
              aria-label={t(CHART.summary, { title: props.title, told: props.says })}
              width={width}
              height={props.height}
              viewBox={`0 0 ${width} ${props.height}`}
            >
              {props.draw(width)}
            </svg>
          )
        )}
      </div>
      {props.legend !== undefined && props.empty !== true && (
        <div className="gs-legend" aria-hidden="true">
          {props.legend.map(({ name, tone }) => (
            <span key={name} className={`gs-tone-${tone}`}>
              {name}
            </span>
          ))}
        </div>
      )}
      {props.empty !== true && (
        <details>
          <summary>{t(CHART.asTable)}</summary>
          <table>
            <thead>
              <tr>
                {props.table.head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {props.table.rows.map((row) => (
                <tr key={row[0]}>
                  {row.map((cell, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: cells of a row have no other name than their place
                    <td key={at}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  );
}
