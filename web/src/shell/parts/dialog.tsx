/** A dialog whose cross says what it does in the page's language, and which a double click does not close again. */

import { Modal, type ModalProps } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useSpeech } from "../language";
import { FRAME } from "../words";

/** For so long a click beside it is the second of the double click that opened it. */
const SETTLES_MS = 500;

export function Dialog(props: ModalProps): ReactNode {
  const { t } = useSpeech();
  const { opened } = props;
  const [settled, settle] = useState(false);
  useEffect(() => {
    settle(false);
    if (!opened) return;
    const timer = setTimeout(() => settle(true), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [opened]);
  return (
    <Modal closeOnClickOutside={settled} closeButtonProps={{ "aria-label": t(FRAME.close) }} centered {...props} />
  );
}
