use super::noun;

noun! {
    /// One product on a sale. The amount is what was paid; the unit price is shown, not stored,
    /// because amounts from other systems do not divide by their quantity.
    SaleLine(SaleLineId) = "sale_line" {
        roots: ["sale" => "sale"], read: SEE_CUSTOMERS, write: SERVE, append_only: true,
    }
    sale: id,
    position: int,
    product: id,
    sku: text,
    name: text,
    quantity: quantity,
    amount: fen,
    /// The list price of one unit, where it was known.
    list_price: fen,
    /// The product's category when it was sold, where the earn rule asks for it.
    category: text,
}
