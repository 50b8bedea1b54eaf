import { Button, Checkbox, Popover } from "antd";
import { Columns3 } from "lucide-react";
import { useWords } from "../../i18n/words";
import { Icon } from "../Icon";
import type { ColumnLayout } from "./columns";

/** Which columns are shown. */
export function ColumnMenu<Row>({ layout }: { layout: ColumnLayout<Row> }) {
  const t = useWords();
  const shown = new Set(layout.shown.map((column) => column.id));
  const list = (
    <div className="col g8">
      {layout.every.map((column) => (
        <Checkbox
          key={column.id}
          checked={shown.has(column.id)}
          disabled={column.fixed === true}
          onChange={(event) => layout.show(column.id, event.target.checked)}
        >
          {column.title}
        </Checkbox>
      ))}
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
