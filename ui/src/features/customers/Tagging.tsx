import { AutoComplete, Button, Popover } from "antd";
import { Tag as TagIcon } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { CustomerRow } from "../../bindings/app";
import { call } from "../../host/call";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { offerUndo } from "../../parts/UndoToast";
import type { Ranges } from "../../parts/grid/ranges";
import { size } from "../../parts/grid/ranges";
import { useRead } from "../../query/use";

/** More than this at once is a campaign, not a tag put by hand; and each is a change that travels. */
export const mostTagged = 10_000;
const step = 1_000;

/** The chosen rows, read from the view in steps. */
export async function chosenRows(view: number, selection: Ranges): Promise<CustomerRow[]> {
  const rows: CustomerRow[] = [];
  for (const [from, to] of selection) {
    for (let at = from; at < to; at += step) {
      const window = await call("customer.window", { view, from: at, count: Math.min(step, to - at) });
      rows.push(...window.rows);
    }
  }
  return rows;
}

interface TaggingProps {
  view: number;
  selection: Ranges;
}

/** Puts a tag on everyone chosen. Undone, it comes off those who did not have it before. */
export function Tagging({ view, selection }: TaggingProps) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const tags = useRead("tag.list", null, { enabled: open }).data ?? [];
  const chosen = size(selection);
  const put = async (tag: string) => {
    const rows = await chosenRows(view, selection);
    const fresh = rows.filter((row) => !row.tags.includes(tag)).map((row) => row.id);
    if (fresh.length > 0) {
      await call("tag.put", { customers: fresh, name: tag });
      offerUndo(t("customers:tag.done", { figure: count(fresh.length), count: fresh.length, tag }), () => {
        void call("tag.remove", { customers: fresh, name: tag });
      });
    }
    setName("");
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && name.trim() !== "") void put(name.trim());
    if (event.key === "Escape") setOpen(false);
  };
  const tooMany = chosen > mostTagged;
  const content = tooMany ? (
    <p className="t2">{t("customers:tag.crowd", { figure: count(mostTagged), count: mostTagged })}</p>
  ) : (
    <div className="row g8">
      <AutoComplete
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
        autoFocus
        className="tagname"
        value={name}
        options={tags.map((tag) => ({ value: tag.name }))}
        showSearch={{ filterOption: (typed, option) => (option?.value ?? "").includes(typed) }}
        aria-label={t("customers:tag.name")}
        placeholder={t("customers:tag.name")}
        onChange={setName}
        onKeyDown={onKeyDown}
      />
      <Button disabled={name.trim() === ""} onClick={() => void put(name.trim())}>
        {t("customers:tag.put")}
      </Button>
    </div>
  );
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      content={content}
    >
      <Button size="small" icon={<Icon of={TagIcon} size={14} />}>
        {t("customers:tag.button")}
      </Button>
    </Popover>
  );
}
