use super::noun;

noun! {
    /// So many pieces of a gift come to a till or go from it. What lies there is the sum of these, never kept:
    /// each till counts its own, so that no two hand out the same piece.
    StockMovement(StockMovementId) = "stock_movement" {
        roots: [], read: SEE_CUSTOMERS, write: SERVE, append_only: true,
    }
    reward: id,
    till: id,
    /// `deliver`, `transfer`, `count`, `give`, `undo`.
    kind: text,
    /// Pieces, below zero where they go.
    pieces: int,
    /// What one transfer moved at both tills carries the same.
    transfer: id,
    redemption: id,
    why: text,
    person: id,
    at: int,
}
