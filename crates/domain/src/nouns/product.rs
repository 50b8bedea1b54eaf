use super::noun;

noun! {
    /// Something sold, by its stock-keeping number.
    Product(ProductId) = "product" {
        roots: [], read: ALL, write: SERVE, append_only: false,
    }
    sku: text,
    name: text,
    category: text,
    barcode: text,
    /// What a quantity of 1 is: 盒, kg, m.
    unit: text,
    price: fen,
    /// No discount goes below it.
    floor_price: fen,
    discontinued_at: int,
    /// The product that takes its place (R80).
    successor: id,
    /// What a member of a tier pays, by the tier's name: `{"gold": 8800}`; see [`price`](crate::price).
    tier_prices: json,
}
