//! The people whom the server lets in: it writes their record itself, with a clock of its own.

use shuke_domain::{
    Edit, HybridClock, Record, RecordId, Role, Scope, Stamp, code::Failure, edit, nouns::Person,
    rights,
};

use super::{Service, scoping::Moved};
use crate::{
    Refused,
    database::{Tx, WorkspaceRow},
};

/// The longest name a person or device may give itself at the door.
const NAME_LIMIT: usize = 200;

impl Service {
    /// Writes a person who joins; the workspace must be locked. Gives their id.
    pub(super) async fn write_person(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        name: &str,
        role: Role,
        store: Option<RecordId>,
    ) -> Result<(RecordId, Moved), Refused> {
        let id = self.fresh_record_id()?;
        let person = Person {
            name: Some(name.to_owned()),
            role: Some(role.as_str().to_owned()),
            store,
            ..Person::default()
        };
        let clock = HybridClock::resume(workspace.clock).tick(self.now());
        let record = edit::create(&person, id, Stamp { clock, device: workspace.device })?;
        tx.set_clock(clock).await?;
        Ok((id, self.enter(tx, workspace, Scope::workspace(), record).await?))
    }

    /// Brings a person's record in line with the code that they came back with: a leader gave it for a role.
    /// The last owner stays one.
    pub(super) async fn give_role(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceRow,
        person: &Record,
        role: Role,
    ) -> Result<(Role, Option<Moved>), Refused> {
        let known = rights::role_of(person);
        if known == role {
            return Ok((role, None));
        }
        let clock = HybridClock::resume(workspace.clock).tick(self.now());
        let fields = [("role".to_owned(), role.as_str().into())].into();
        let stamp = Stamp { clock, device: workspace.device };
        let (record, _) = Edit { fields, deleted: None }.apply(person, stamp)?;
        let others = tx.living(Person::COLLECTION.name).await?;
        if rights::keeps_an_owner((Some(person), &record), &others).is_err() {
            return Ok((known, None));
        }
        tx.set_clock(clock).await?;
        Ok((role, Some(self.enter(tx, workspace, Scope::workspace(), record).await?)))
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
