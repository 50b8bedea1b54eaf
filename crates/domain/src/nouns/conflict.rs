use super::noun;

noun! {
    /// Two people changed the same thing and did not know of each other: both values, and the one
    /// they began with. One for each record and unit; the server writes it, people settle it.
    Conflict(ConflictId) = "conflict" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    /// Of the record it is about, whose rights it shares.
    collection: text,
    record: id,
    /// The customer whom that record is or hangs on.
    customer: id,
    /// The unit of merge: a field, or what a group of fields is called.
    field: text,
    /// The stamp of the value that both began with; unset where there was none.
    base: text in "sides",
    /// That value, by its fields.
    original: json in "sides",
    /// What each of them wrote, oldest first; see [`conflict::Side`](crate::conflict::Side).
    sides: json in "sides",
    /// The server's stamp of these sides.
    as_of: text in "sides",
    settled_at: int in "settled",
    settled_by: id in "settled",
    /// The sides that were seen when it was settled: what comes up later is not settled by it.
    settled_of: text in "settled",
    /// The stamp of the side taken; `original`, or `other` for a value of one's own.
    taken: text in "settled",
}

impl ConflictId {
    /// Field names are no secret, so they may stand in the derivation.
    pub fn of(record: crate::RecordId, unit: &str) -> Self {
        crate::RecordId::derived(&format!("conflict.{unit}"), &[record]).into()
    }
}
