use super::noun;

noun! {
    /// Something to do, mostly for a customer, by a day.
    Task(TaskId) = "task" {
        roots: ["customer" => "customer"], read: ALL, write: ALL, append_only: false,
    }
    customer: id,
    /// `todo`, `visit`, `call`, `wechat`, `refused` (a write that the server turned down).
    kind: text,
    title: text,
    /// Why it is to be done: shown under the title.
    why: text,
    /// A business day, `2026-09-18`.
    due_on: text,
    assignee: id,
    created_by: id,
    created_at: int,
    done_at: int,
    done_by: id,
    /// What a machine that made the task has to tell: a code and its parameters.
    details: json,
}
