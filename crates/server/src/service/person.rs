//! The people whom the server lets in: it writes their record itself, with a clock of its own.

use shuke_domain::{
    HybridClock, RecordId, Role, Scope, Stamp, code::Failure, edit, nouns::Person, wire::Number,
};

use super::{
    Service,
    scoping::{self, Moved},
};
use crate::{
    Refused,
    database::{Stored, Tx, WorkspaceRow},
};

/// The longest name a person or device may give itself at the door.
const NAME_LIMIT: usize = 200;

impl Service {
    /// Writes a person who joins; the workspace must be locked. Gives their id and number.
    pub(super) async fn write_person(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        name: &str,
        role: Role,
        store: Option<RecordId>,
    ) -> Result<(RecordId, Number), Refused> {
        let id = self.fresh_record_id()?;
        let person = Person {
            name: Some(name.to_owned()),
            role: Some(role.as_str().to_owned()),
            store,
            left_at: None,
        };
        let clock = HybridClock::resume(workspace.clock).tick(self.now());
        let record = edit::create(&person, id, Stamp { clock, device: workspace.device })?;
        let number = tx.take_numbers(1, Some(&self.nonce()?)).await?;
        tx.set_clock(clock).await?;
        let stored = Stored { scope: Scope::workspace(), number, record };
        tx.write_records(&[&stored]).await?;
        scoping::place(tx, &workspace.scoping, &[&stored], &mut Moved::default()).await?;
        Ok((id, number))
    }
}

/// A name as it may be kept: no control characters, no blanks around it, not endless.
pub(super) fn tidy_name(name: &str) -> Result<String, Failure> {
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let name = name.trim();
    if name.len() > NAME_LIMIT {
        return Err(Failure::new(shuke_domain::Code::TextTooLong)
            .with("field", "name")
            .with("limit", NAME_LIMIT));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_clean_and_short() {
        assert_eq!(tidy_name("  2 号柜\u{0}\n ").unwrap(), "2 号柜");
        assert!(tidy_name(&"长".repeat(100)).is_err());
    }
}
