use super::noun;

noun! {
    /// Leave to go beyond a limit (R41), asked for and given or refused. What was done with it names it.
    Approval(ApprovalId) = "approval" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    /// A [`Matter`](crate::authority::Matter) by its name.
    matter: text,
    /// In what the matter is counted in: fen or points.
    amount: int,
    /// The limit that it goes beyond.
    allowed: int,
    customer: id,
    /// What it is about, in the words of whoever asks.
    why: text,
    asked_by: id,
    asked_at: int,
    till: id,
    /// What was done with it: a sale or a ledger entry. It is good for once.
    used_for: id,
    /// `given` or `refused`; unset while it waits.
    verdict: text in "verdict" only LEAD,
    decided_by: id in "verdict" only LEAD,
    decided_at: int in "verdict" only LEAD,
}
