//! What can happen, one thing at a time. A history is a list of these; whatever list it is, each
//! step of it means something, so that any of them can be left out.

use shuke_domain::scope::Visibility;

/// A machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Server,
    Device(usize),
}

/// A customer, sale or task by who made it and the how-manieth it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Of {
    pub slot: usize,
    pub place: usize,
}

/// What a person does at a till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    NewCustomer(usize),
    /// Sets a field, or a whole unit of fields.
    Set(Of, &'static str),
    Clear(Of, &'static str),
    Delete(Of),
    Revive(Of),
    Tag(Of, usize),
    Untag(Of, usize),
    /// A sale with its lines, in one write.
    Sale(Of, usize),
    Refund(Of, usize),
    Void(Of),
    Points(Of, usize),
    NewTask(Of, usize),
    Done(Of),
    /// To another of the two stores; to somebody who looks after them alone; to somebody beside them.
    Move(Of, usize),
    Give(Of, usize),
    Share(Of, usize),
    /// What only some roles may write.
    RenameShop,
    RenameProduct,
    /// Forty edits within one tick.
    Burst(Of),
}

/// What the network makes of a message and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Net {
    Fine,
    /// The message is lost.
    Lost,
    /// The message comes some day; the device has long given up.
    Late,
    Twice,
    AnswerLost,
    /// The answer breaks off in the middle.
    Cut,
    /// A login page in its place.
    Portal,
    /// The answers of something in between: 413, 429, 503.
    TooLarge,
    TooMany,
    Busy,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Write {
        device: usize,
        act: Act,
    },
    /// Half a message: asks and has it carried, or takes the answer in. Pages of a pull hold `page` rows.
    Sync {
        device: usize,
        net: Net,
        page: usize,
    },
    /// A whole round, undisturbed.
    Round {
        device: usize,
    },
    /// Two devices' messages reach the server at the same moment.
    Both {
        one: usize,
        other: usize,
    },
    /// A message that was on its way all the while arrives.
    Arrive,
    /// The disk does this at the write after `after` more.
    Arm {
        node: Node,
        after: u32,
        fault: crate::disk::Fault,
    },
    Heal {
        node: Node,
    },
    Kill {
        node: Node,
    },
    PowerCut {
        node: Node,
    },
    /// Closed as it should be, and opened again.
    Reopen {
        device: usize,
    },
    /// Keeps a copy of the data folder.
    Keep {
        device: usize,
    },
    /// Puts the copy back.
    PutBack {
        device: usize,
    },
    /// The data folder is copied to another machine, and both go on.
    Copy {
        device: usize,
    },
    KeepServer,
    /// Puts yesterday's backup in the server's place; `announced` by the server's own restore, or
    /// only as a file, without anyone saying so.
    PutBackServer {
        announced: bool,
    },
    /// The device's clock is moved.
    Clock {
        device: usize,
        minutes: i64,
    },
    Wait {
        minutes: u64,
    },
    /// Someone with the right erases a customer.
    Erase(Of),
    /// The owner chooses who sees which customers.
    Narrow(Visibility),
    /// A newer app adds what this version does not know.
    Newer {
        field: bool,
    },
}
