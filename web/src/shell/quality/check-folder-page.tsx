/** Check a release folder that lies on this computer; nothing leaves it. */

import { Button, Group, Stack, Text as Words } from "@mantine/core";
import { IconFolderOpen } from "@tabler/icons-react";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { useSpeech } from "../language";
import { PageHead } from "../parts/page";
import { onDisk } from "./sources";
import { Checking } from "./verify";
import { QUALITY, VERIFY } from "./words";
import "./quality.css";

export default function CheckFolderPage(): ReactNode {
  const { t, format } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<readonly File[]>([]);
  // React knows no `webkitdirectory`; every browser of ours does.
  const asFolder = useCallback((element: HTMLInputElement | null) => {
    input.current = element;
    element?.setAttribute("webkitdirectory", "");
  }, []);
  const name = files[0]?.webkitRelativePath.split("/")[0] ?? "";
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return (
    <>
      <PageHead title={t(QUALITY.checkFolder)} about={t(VERIFY.aboutFolder)} />
      <Stack maw={980}>
        <Group>
          <input
            ref={asFolder}
            className="gq-folder"
            type="file"
            multiple
            tabIndex={-1}
            aria-label={t(VERIFY.choose)}
            onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])}
          />
          <Button variant="default" leftSection={<IconFolderOpen size={16} />} onClick={() => input.current?.click()}>
            {t(VERIFY.choose)}
          </Button>
          {files.length > 0 && (
            <Words size="sm">
              {t(VERIFY.chosen, { name, files: format.number(files.length), size: format.bytes(bytes) })}
            </Words>
          )}
        </Group>
        {files.length > 0 && <Checking key={`${name} ${bytes}`} source={(signal) => onDisk(files, signal)} />}
      </Stack>
    </>
  );
}
