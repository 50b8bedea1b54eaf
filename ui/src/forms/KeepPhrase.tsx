import { Button } from "antd";
import type { ButtonProps } from "antd";
import { Check, FileDown, Printer } from "lucide-react";
import { printPage, savePath } from "../host/window";
import { useLanguage } from "../i18n/language";
import { useWords } from "../i18n/words";
import { Icon } from "../parts/Icon";
import { useAct } from "../query/use";
import { Refused } from "./Refused";

export interface PhraseFile {
  save: () => void;
  pending: boolean;
  /** Where it lies now. */
  path: string | null;
  failure: ReturnType<typeof useAct<"recovery.save">>["error"];
}

/** Writes the words to a text file where somebody says so; that counts as kept. */
export function usePhraseFile(shop: string): PhraseFile {
  const t = useWords();
  const locale = useLanguage();
  const act = useAct("recovery.save");
  const save = async () => {
    const name = t("rescue:words.file", { shop: shop.replace(/[\\/:*?"<>|]/g, " ") });
    const path = await savePath(name, [{ name: t("rescue:words.text"), extensions: ["txt"] }]);
    if (path !== null) act.mutate({ path, locale });
  };
  return {
    save: () => void save(),
    pending: act.isPending,
    path: act.isSuccess ? act.variables.path : null,
    failure: act.error,
  };
}

interface KeepPhraseProps {
  file: PhraseFile;
  size?: ButtonProps["size"];
  disabled?: boolean;
}

/** The two ways of keeping the words that are not a pen. */
export function KeepPhrase({ file, size = "middle", disabled = false }: KeepPhraseProps) {
  const t = useWords();
  return (
    <>
      <Button
        size={size}
        disabled={disabled || file.pending}
        onClick={file.save}
        icon={<Icon of={FileDown} />}
        data-testid="phrase-save"
      >
        {t("rescue:words.save")}
      </Button>
      <Button size={size} disabled={disabled} onClick={printPage} icon={<Icon of={Printer} />}>
        {t("rescue:words.print")}
      </Button>
    </>
  );
}

/** Where the file lies, and that it should not stay there alone. */
export function PhraseKept({ file }: { file: PhraseFile }) {
  const t = useWords();
  if (file.failure !== null) return <Refused failure={file.failure} />;
  if (file.path === null) return null;
  return (
    <div role="status" className="col g4">
      <p className="ok row g8">
        <Icon of={Check} />
        <span className="wraps">{t("rescue:words.saved", { path: file.path })}</span>
      </p>
      <p className="t2">{t("rescue:words.away")}</p>
    </div>
  );
}
