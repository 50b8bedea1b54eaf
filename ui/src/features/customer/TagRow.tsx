import { AutoComplete } from "antd";
import { Plus } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import { call } from "../../host/call";
import { useWords } from "../../i18n/words";
import { Tag } from "../../parts/Chip";
import { Icon } from "../../parts/Icon";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";

/** The words the shop uses for this customer: taken off with a click, put on by typing. */
export function TagRow({ id, tags }: { id: string; tags: readonly string[] }) {
  const t = useWords();
  const [typing, setTyping] = useState<string | null>(null);
  const all = useRead("tag.list", null, { enabled: typing !== null }).data ?? [];
  const put = (name: string) => {
    setTyping(null);
    if (name.trim() !== "" && !tags.includes(name.trim()))
      void call("tag.put", { customers: [id], name: name.trim() });
  };
  const remove = async (name: string) => {
    await call("tag.remove", { customers: [id], name });
    offerUndo(
      t("customer:tag.removed", { tag: name }),
      () => void call("tag.put", { customers: [id], name }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && typing !== null) put(typing);
    if (event.key === "Escape") {
      event.stopPropagation();
      setTyping(null);
    }
  };
  return (
    <span className="row g8 wrap filetags">
      {tags.map((name) => (
        <Tag key={name} onRemove={() => void remove(name)}>
          {name}
        </Tag>
      ))}
      {typing === null ? (
        <button type="button" className="bare t3 addtag" onClick={() => setTyping("")}>
          <Icon of={Plus} size={14} />
          {t("customer:tag.add")}
        </button>
      ) : (
        <AutoComplete
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          size="small"
          className="tagname"
          value={typing}
          options={all.filter((tag) => !tags.includes(tag.name)).map((tag) => ({ value: tag.name }))}
          showSearch={{ filterOption: (text, option) => (option?.value ?? "").includes(text) }}
          aria-label={t("customer:tag.add")}
          onChange={setTyping}
          onSelect={put}
          onBlur={() => setTyping(null)}
          onKeyDown={onKeyDown}
        />
      )}
    </span>
  );
}
