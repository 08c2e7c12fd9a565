/** A dialog whose cross says what it does in the page's language. */

import { Modal, type ModalProps } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../language";
import { FRAME } from "../words";

export function Dialog(props: ModalProps): ReactNode {
  const { t } = useSpeech();
  return <Modal centered closeButtonProps={{ "aria-label": t(FRAME.close) }} {...props} />;
}
