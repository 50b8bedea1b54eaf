//! The word of a workspace that one of its devices must end: the only thing that ever makes a device destroy
//! what it holds. Signed with the workspace's key, whose public half the device keeps since it enrolled.
//!
//! Here is what is said and what is signed; signing and checking are in `keys`.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, RecordId};

/// Why a device ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Stolen or left behind: keys and data are destroyed at once.
    Lost,
    /// No longer needed: what waits goes up first.
    Retired,
}

impl Ending {
    pub const fn as_str(self) -> &'static str {
        match self {
            Ending::Lost => "lost",
            Ending::Retired => "retired",
        }
    }

    pub fn parse(text: &str) -> Option<Ending> {
        [Ending::Lost, Ending::Retired].into_iter().find(|ending| ending.as_str() == text)
    }
}

/// What is said of one enrolment of one device of one workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    pub workspace: RecordId,
    pub device: DeviceId,
    /// The hash of the token that this enrolment was given, hexadecimal: the word does not hold for the
    /// same machine let in again later.
    pub enrolment: String,
    pub ending: Ending,
    /// Milliseconds since 1970, by the server's clock.
    pub at: u64,
    /// Ed25519 over [`signed`](Self::signed), hexadecimal.
    pub signature: String,
}

impl Revocation {
    /// The bytes that the signature covers: everything but itself, under a name of their own.
    pub fn signed(&self) -> Vec<u8> {
        format!(
            "shuke-revocation-1\n{}\n{}\n{}\n{}\n{}",
            self.workspace,
            self.device,
            self.enrolment,
            self.ending.as_str(),
            self.at
        )
        .into_bytes()
    }

    /// Whether it speaks of this enrolment; says nothing of whether it is true.
    pub fn names(&self, workspace: RecordId, device: DeviceId, enrolment: &str) -> bool {
        self.workspace == workspace && self.device == device && self.enrolment == enrolment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_said_is_signed() {
        let said = Revocation {
            workspace: RecordId::from_u128(1),
            device: DeviceId::from_u128(2),
            enrolment: "ab".into(),
            ending: Ending::Lost,
            at: 3,
            signature: String::new(),
        };
        let others = [
            Revocation { workspace: RecordId::from_u128(9), ..said.clone() },
            Revocation { device: DeviceId::from_u128(9), ..said.clone() },
            Revocation { enrolment: "ac".into(), ..said.clone() },
            Revocation { ending: Ending::Retired, ..said.clone() },
            Revocation { at: 4, ..said.clone() },
        ];
        assert!(others.iter().all(|other| other.signed() != said.signed()));
        assert!(said.names(RecordId::from_u128(1), DeviceId::from_u128(2), "ab"));
        assert!(!said.names(RecordId::from_u128(1), DeviceId::from_u128(2), "ac"));
    }
}
