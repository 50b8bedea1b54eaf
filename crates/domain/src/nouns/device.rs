use super::noun;

noun! {
    /// A replica and the machine it lives on, by the name the shop gives it (2 号柜).
    Device(DeviceRecordId) = "device" {
        roots: [], read: ALL, write: ALL, append_only: false,
    }
    name: text,
    store: id,
    platform: text,
    version: text,
    /// Member numbers this device may hand out without asking anyone.
    number_from: int in "numbers",
    number_to: int in "numbers",
    retired_at: int,
    /// Who may sign in on it beside whom it was enrolled for: their ids.
    people: texts only LEAD,
    /// What may be done on it without asking, whoever is signed in; see [`Limits`](crate::authority::Limits).
    limits: json only LEAD,
    /// How it was set up (language, look, size, lock): what the machine that takes its place begins with.
    settings: json,
}
