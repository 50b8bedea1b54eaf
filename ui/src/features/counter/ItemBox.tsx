import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { Plus, ScanBarcode } from "lucide-react";
import type { KeyboardEvent, RefObject } from "react";
import { useState } from "react";
import type { ProductRow } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { reading, useRead } from "../../query/use";
import { writeKey } from "../../shell/keys";
import { readFree } from "./draft";

const listId = "counter-items";
const request = (text: string) => ({ text, limit: 8 });

interface ItemBoxProps {
  field: RefObject<HTMLInputElement | null>;
  onProduct: (product: ProductRow) => void;
  onFree: (typed: string) => void;
  onLeave: () => void;
}

/** Finds goods by number, barcode or name; what no product stands for is written as it is called. */
export function ItemBox({ field, onProduct, onFree, onLeave }: ItemBoxProps) {
  const t = useWords();
  const format = useFormat();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const asked = text.trim();
  const search = useRead("product.search", request(asked), {
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const products = asked === "" ? [] : (search.data ?? []);
  const open = asked !== "";
  const chosen = Math.min(index, products.length);
  const free = readFree(asked);

  const type = (next: string) => {
    setText(next);
    setIndex(0);
  };
  const take = (product: ProductRow) => {
    onProduct(product);
    type("");
  };
  const takeFree = () => {
    onFree(asked);
    type("");
  };
  /** For the text as it stands: a number that is known whole, then the row that is lit, then the words themselves. */
  const enter = async () => {
    const exact = await client.query(reading("product.by_code", { code: asked }));
    if (exact !== null && index === 0) {
      take(exact);
      return;
    }
    const found = await client.query(reading("product.search", request(asked)));
    const product = found[Math.min(index, found.length)];
    if (product === undefined) takeFree();
    else take(product);
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        setIndex(Math.min(products.length, Math.max(0, chosen + (event.key === "ArrowDown" ? 1 : -1))));
        break;
      case "Enter":
        if (open) void enter();
        break;
      case "Escape":
        if (open) type("");
        else onLeave();
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  return (
    <div className="itembox">
      <label className="row g8 t3">
        <Icon of={ScanBarcode} />
        <input
          ref={field}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          aria-label={t("counter:item.label")}
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open ? `${listId}-${chosen}` : undefined}
          placeholder={t("counter:item.placeholder")}
          value={text}
          data-testid="item-box"
          onChange={(event) => type(event.target.value)}
          onKeyDown={pressed}
        />
        <Kbd>{writeKey("counter.item")}</Kbd>
      </label>
      {/* Pointer down, and not click: the field keeps the focus. */}
      <div id={listId} className="items" role="listbox" aria-label={t("counter:item.label")} hidden={!open}>
        {open && (
          <>
            {products.map((product, place) => (
              <div
                key={product.id}
                id={`${listId}-${place}`}
                role="option"
                aria-selected={place === chosen}
                className={place === chosen ? "on" : undefined}
                data-testid="item-hit"
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(product);
                }}
              >
                <div className="grow">
                  <div className="cut">{product.name}</div>
                  <div className="sm t3 cut">
                    <Facts items={[product.sku, product.category, product.unit]} />
                  </div>
                </div>
                <span className="lg">
                  {product.price === null ? (
                    <span className="sm t3">{t("counter:item.no_price")}</span>
                  ) : (
                    format.price(product.price)
                  )}
                </span>
              </div>
            ))}
            <div
              id={`${listId}-${products.length}`}
              role="option"
              aria-selected={chosen === products.length}
              className={chosen === products.length ? "on" : undefined}
              data-testid="item-free"
              onPointerDown={(event) => {
                event.preventDefault();
                takeFree();
              }}
            >
              <span className="acc">
                <Icon of={Plus} />
              </span>
              <span className="grow cut">
                {free.price === null
                  ? t("counter:item.free", { name: free.name })
                  : t("counter:item.free_price", { name: free.name, price: format.price(free.price) })}
              </span>
            </div>
          </>
        )}
      </div>
    </div>
  );
}
