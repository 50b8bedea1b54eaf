use super::noun;

noun! {
    /// One place where customers are met.
    Store(StoreId) = "store" {
        roots: [], read: ALL, write: LEAD, append_only: false,
    }
    name: text,
    code: text,
    phone: text,
    address: text,
    closed_at: int,
}
