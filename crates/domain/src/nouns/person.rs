use super::noun;

noun! {
    /// Someone of the team.
    Person(PersonId) = "person" {
        roots: [], read: ALL, write: LEAD, append_only: false,
    }
    name: text,
    /// A [`Role`](crate::Role) by its name.
    role: text,
    store: id,
    /// When the person left the team; their work stays under their name.
    left_at: int,
    /// What a PIN is checked against, argon2id under the workspace's pepper; never the PIN itself. Its
    /// owner may set it too.
    pin: text,
}
