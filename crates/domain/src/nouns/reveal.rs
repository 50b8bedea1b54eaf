use super::noun;

noun! {
    /// Somebody looked at a value that is masked for them. Says who, what and when, never the value.
    Reveal(RevealId) = "reveal" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SEE_CUSTOMERS, append_only: true,
    }
    customer: id,
    field: text,
    person: id,
    /// The device it was looked at on.
    seen_on: id,
    at: int,
}
