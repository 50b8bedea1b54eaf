use super::noun;

noun! {
    /// A till's time of work, from counting the drawer to counting it again. Its figures are reckoned from
    /// the sales that name it.
    Shift(ShiftId) = "shift" {
        roots: ["store" => "store"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    store: id,
    till: id,
    opened_by: id,
    opened_at: int,
    /// Cash in the drawer when it began.
    float: fen,
    closed_by: id in "closing",
    closed_at: int in "closing",
    /// Cash in the drawer when it ended.
    counted: fen in "closing",
    note: text in "closing",
}
