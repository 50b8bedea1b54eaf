use super::noun;

noun! {
    /// A meeting, call or message with a customer, and what was said (R12, R31, R43).
    Interaction(InteractionId) = "interaction" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: false,
    }
    customer: id,
    /// `note`, `visit`, `call`, `wechat`, `mail`.
    kind: text,
    /// `in` when the customer came to us.
    direction: text,
    text: text,
    at: int,
    minutes: int,
    person: id,
    store: id,
}
