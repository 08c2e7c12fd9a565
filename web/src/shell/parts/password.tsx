/** A field for a password whose eye says what it does in the page's language. */

import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import type { ReactNode } from "react";
import { words } from "@/core/words";
import { useSpeech } from "../language";

const SAYS = words({ show: { en: "Show what is typed", zh: "显示输入内容" } });

export function Password(props: PasswordInputProps): ReactNode {
  const { t } = useSpeech();
  return <PasswordInput visibilityToggleButtonProps={{ "aria-label": t(SAYS.show) }} {...props} />;
}
