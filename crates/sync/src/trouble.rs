//! Why a sync did not go through, told apart by what follows from it.

use shuke_domain::{Code, revocation::Revocation, wire::Refusal};
use shuke_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// No answer: no network, no server, a cut line. Tried again by itself.
    #[error("no answer")]
    Unreachable(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Something answered that is not our server: a login page, a proxy, another certificate.
    #[error("not our server")]
    Stranger,
    /// The server is there and cannot now; it may have said how long.
    #[error("later")]
    Later { seconds: Option<u64> },
    /// What was sent was too much at once.
    #[error("too large")]
    TooLarge,
    /// The server said no, with a code.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
    #[error("local database")]
    Store(#[from] StoreError),
}

impl Trouble {
    /// What an answer without success means. `body` is there only where it is of a kind that our
    /// server sends; a bare `401` comes from something in between.
    pub fn of(status: u16, seconds: Option<u64>, body: Option<&[u8]>) -> Self {
        match (status, body) {
            (413, _) => Self::TooLarge,
            (429 | 503 | 504, _) => Self::Later { seconds },
            (_, Some(body)) => serde_json::from_slice(body).map_or(Self::Stranger, Self::Refused),
            (_, None) => Self::Stranger,
        }
    }

    /// Whether waiting is all that is needed: nobody has to do anything.
    pub fn passes(&self) -> bool {
        match self {
            Trouble::Unreachable(_)
            | Trouble::Later { .. }
            | Trouble::TooLarge
            | Trouble::Stranger => true,
            Trouble::Refused(refusal) => refusal.code == Code::TooManyRequests.as_str(),
            Trouble::Store(_) => false,
        }
    }

    /// The word of this device's end that came with a refusal. Nobody has checked it yet.
    pub fn revocation(&self) -> Option<Revocation> {
        let Trouble::Refused(refusal) = self else { return None };
        let word = refusal.params.get("revocation")?;
        (refusal.code == Code::DeviceRevoked.as_str())
            .then(|| serde_json::from_value(word.clone()).ok())
            .flatten()
    }

    /// The code under which people hear of it.
    pub fn code(&self) -> &str {
        match self {
            Trouble::Unreachable(_) | Trouble::Later { .. } | Trouble::TooLarge => {
                Code::ServerUnreachable.as_str()
            }
            Trouble::Stranger => Code::EnrolWrongServer.as_str(),
            Trouble::Refused(refusal) => &refusal.code,
            Trouble::Store(StoreError::Full(_)) => Code::DiskFull.as_str(),
            Trouble::Store(StoreError::Busy(_)) => Code::DatabaseBusy.as_str(),
            Trouble::Store(StoreError::Damaged(_)) => Code::DatabaseDamaged.as_str(),
            Trouble::Store(_) => Code::Internal.as_str(),
        }
    }
}
