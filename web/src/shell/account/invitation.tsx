import type { ReactNode } from "react";
import { Waiting } from "../parts/page";

export default function Page(): ReactNode {
  return <Waiting />;
}
