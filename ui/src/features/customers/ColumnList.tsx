import { Button, Checkbox, Popover } from "antd";
import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import type { CustomerRow } from "../../bindings/app";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import type { MovableLayout } from "./layout";

/** Which columns are shown, and in which order. */
export function ColumnList({ layout }: { layout: MovableLayout<CustomerRow> }) {
  const t = useWords();
  const shown = new Set(layout.shown.map((column) => column.id));
  const list = (
    <div className="columnlist">
      <ul>
        {layout.every.map((column, at) => (
          <li key={column.id} className="row g4">
            <Checkbox
              className="grow"
              checked={shown.has(column.id)}
              disabled={column.fixed === true}
              onChange={(event) => layout.show(column.id, event.target.checked)}
            >
              {column.title}
            </Checkbox>
            <Button
              type="text"
              size="small"
              disabled={at === 0}
              aria-label={t("customers:column.earlier", { column: column.title })}
              icon={<Icon of={ArrowUp} size={14} />}
              onClick={() => layout.move(column.id, -1)}
            />
            <Button
              type="text"
              size="small"
              disabled={at === layout.every.length - 1}
              aria-label={t("customers:column.later", { column: column.title })}
              icon={<Icon of={ArrowDown} size={14} />}
              onClick={() => layout.move(column.id, 1)}
            />
          </li>
        ))}
      </ul>
      <div className="hr" />
      <Button type="text" size="small" onClick={layout.resetWidths}>
        {t("parts:grid.column_widths")}
      </Button>
    </div>
  );
  return (
    <Popover content={list} trigger="click" placement="bottomRight" arrow={false}>
      <Button type="text" icon={<Icon of={Columns3} />}>
        {t("parts:grid.columns")}
      </Button>
    </Popover>
  );
}
