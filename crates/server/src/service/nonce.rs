//! The rolling nonce by which a copy of a data folder is told from its original.

use shuke_domain::{Mutant, code::Code};

use crate::{Refused, database::DeviceRow};

/// How many answers may be lost in a row before the device is taken for a copy.
const GIVEN: usize = 16;

/// Takes the nonce that a device presents for the next one. `nonce` holds all that were given out in
/// answer to `previous_nonce`: whoever presents that one again has lost an answer, or its message came
/// late and it has long had one; which of the two only its next message tells. Anything else was
/// given to this data folder's copy, or to its older self.
pub(super) fn roll(
    device: &mut DeviceRow,
    presented: Option<&str>,
    next: String,
) -> Result<(), Refused> {
    let given: Vec<&str> = device.nonce.as_deref().unwrap_or_default().split_whitespace().collect();
    let again = presented == device.previous_nonce.as_deref();
    if given.is_empty() || presented.is_some_and(|presented| given.contains(&presented)) {
        device.previous_nonce = presented.map(str::to_owned);
        device.nonce = Some(next);
    } else if again {
        if Mutant::LateMessageIsCopy.awake() {
            device.nonce = Some(next);
            return Ok(());
        }
        let kept = given.iter().skip(given.len().saturating_sub(GIVEN - 1)).copied();
        device.nonce = Some(kept.chain([next.as_str()]).collect::<Vec<_>>().join(" "));
    } else if !Mutant::NonceIgnored.awake() {
        return Err(Code::SyncCopied.into());
    }
    Ok(())
}

/// The nonce that a device is to present next.
pub(super) fn newest(device: &DeviceRow) -> String {
    let given = device.nonce.as_deref().unwrap_or_default();
    given.split_whitespace().next_back().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use shuke_domain::{Clock, DeviceId, RecordId, Role};

    use super::*;

    fn device() -> DeviceRow {
        DeviceRow {
            id: DeviceId::from_u128(1),
            name: String::new(),
            platform: String::new(),
            person_id: RecordId::from_u128(1),
            role: Role::Owner,
            store_id: None,
            token_hash: Vec::new(),
            numbers: (1, 2),
            high: Clock::default(),
            nonce: None,
            previous_nonce: None,
            enrolled_at: 0,
            last_seen_at: 0,
            revoked_at: None,
            ending: None,
            retiring: false,
        }
    }

    /// Two messages of a device were held up; it gave up, sent a third and has its answer.
    #[test]
    fn a_message_that_comes_late_does_not_make_its_device_a_copy() {
        let mut device = device();
        roll(&mut device, None, "a".into()).unwrap();
        roll(&mut device, Some("a"), "b".into()).unwrap();
        roll(&mut device, Some("a"), "late".into()).unwrap();
        roll(&mut device, Some("a"), "later".into()).unwrap();
        roll(&mut device, Some("b"), "c".into()).unwrap();
        // Of two copies that both go on from "a", the second to show itself is found.
        assert_eq!(roll(&mut device, Some("late"), "d".into()).unwrap_err().code(), "sync.copied");
    }

    #[test]
    fn a_folder_from_before_the_first_push_is_a_copy_too() {
        let mut device = device();
        roll(&mut device, None, "a".into()).unwrap();
        roll(&mut device, None, "b".into()).unwrap();
        roll(&mut device, Some("b"), "c".into()).unwrap();
        assert_eq!(roll(&mut device, None, "d".into()).unwrap_err().code(), "sync.copied");
    }

    #[test]
    fn a_lost_answer_is_no_copy_but_an_older_nonce_is() {
        let mut device = device();
        roll(&mut device, None, "a".into()).unwrap();
        roll(&mut device, Some("a"), "b".into()).unwrap();
        // The answer with "b" was lost, twice.
        roll(&mut device, Some("a"), "c".into()).unwrap();
        roll(&mut device, Some("a"), "d".into()).unwrap();
        roll(&mut device, Some("d"), "e".into()).unwrap();
        let copied = roll(&mut device, Some("a"), "f".into());
        assert_eq!(copied.unwrap_err().code(), "sync.copied");
        assert_eq!(newest(&device), "e");
    }
}
