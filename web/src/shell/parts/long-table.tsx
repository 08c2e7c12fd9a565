/** A table of many rows: where it has room, its headings stay in sight; where not, it is moved sideways. */

import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import "./long-table.css";

export function LongTable(props: { readonly minWidth: number; readonly children: ReactNode }): ReactNode {
  return (
    <div className="gs-long">
      <Table.ScrollContainer minWidth={props.minWidth} type="native" className="gs-long-table">
        {props.children}
      </Table.ScrollContainer>
    </div>
  );
}
