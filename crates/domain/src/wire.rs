//! What devices and the server say to each other: every message, in one place.
//!
//! JSON over HTTP, compressed. A message may gain fields; a reader passes over those it does not
//! know. See `docs/protocol.md`.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::TS;

use crate::{
    clock::Stamp,
    edit::FieldChange,
    id::{DeviceId, RecordId},
    record::Record,
    revocation::{Ending, Revocation},
    role::Role,
    scope::Scope,
};

/// Major versions must be equal; a greater minor one only adds.
pub const PROTOCOL: Protocol = Protocol { major: 1, minor: 1 };

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protocol {
    pub major: u16,
    pub minor: u16,
}

impl Protocol {
    /// Whether the two can speak: what is newer only adds.
    pub const fn speaks(self, other: Protocol) -> bool {
        self.major == other.major
    }
}

/// The most records one push may carry.
pub const PUSH_LIMIT: usize = 1_000;

/// The most records one page of a pull may carry.
pub const PULL_LIMIT: usize = 5_000;

/// The most that a segment may weigh, packed.
pub const SEGMENT_LIMIT: u64 = 16 * 1024 * 1024;

/// How far ahead of the server's clock a stamp may lie before it is clamped, in milliseconds.
pub const CLOCK_TOLERANCE: u64 = 5 * 60 * 1000;

/// Server's number of an accepted version in the workspace's one order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Number(pub i64);

/// Which life of the server's order a cursor speaks of. Restoring a backup begins another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub uuid::Uuid);

/// An optional value, absent where a newer version says what this one does not understand: one such
/// word must not cost the rest of its message.
fn understood<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

fn role_or_least<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Role::parse(&text).unwrap_or(Role::ReadOnly))
}

/// `POST /v1/enrol`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolRequest {
    pub protocol: Protocol,
    /// The secret part of the enrolment code.
    pub secret: String,
    pub device_id: DeviceId,
    pub device_name: String,
    pub platform: String,
    pub person_name: String,
    /// The workspace this device already has, if it began without a server.
    pub workspace: Option<OwnWorkspace>,
}

/// A workspace that began on one device and wants to move into an empty server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnWorkspace {
    pub id: RecordId,
    pub name: String,
    pub person_id: RecordId,
    /// The highest member number handed out so far.
    pub member_numbers_used: i64,
    /// What PINs of this workspace are peppered with, Base64; the server hands it to devices that join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pepper: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolReply {
    pub workspace_id: RecordId,
    pub workspace_name: String,
    /// The first device of an empty server writes the workspace, store and person records itself.
    pub founding: bool,
    pub person_id: RecordId,
    /// A role of a newer version is one that may only read, here.
    #[serde(deserialize_with = "role_or_least")]
    pub role: Role,
    pub store_id: Option<RecordId>,
    pub store_name: Option<String>,
    /// Shown once; kept hashed by the server, in the keychain by the device.
    pub token: String,
    pub epoch: Epoch,
    /// Member numbers for this device alone, both ends included.
    pub member_numbers: (i64, i64),
    pub now: u64,
    /// What PINs are peppered with, Base64: for the keychain, never for the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pepper: Option<String>,
    /// The public half of the workspace's key (Ed25519, hexadecimal): the only one whose revocation counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_key: Option<String>,
    /// The device takes another's place; its record comes with the first pull, already written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaces: bool,
}

/// `POST /v1/push`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PushRequest {
    pub protocol: Protocol,
    /// Random, bound to the content: a batch that is sent twice gets the same answer.
    pub batch: uuid::Uuid,
    /// What the server gave at the last sync: tells a lost answer from a copied data folder.
    pub nonce: Option<String>,
    pub rows: Vec<PushRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PushRow {
    pub record: Record,
    /// Who wrote it; must be enrolled on the device.
    pub author: RecordId,
    /// What changed since the server's version, for history and for conflicts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// Not written here and now: offered again because the server lost what it once accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offered: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushReply {
    pub epoch: Epoch,
    /// One per row, in the order of the request.
    pub rows: Vec<RowAnswer>,
    /// The nonce to present at the next push.
    pub nonce: String,
    /// Where the order stood when this was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stood: Option<Stood>,
    pub now: u64,
}

/// What became of a pushed row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowAnswer {
    pub outcome: RowOutcome,
    /// The server's number of the record's current version.
    pub number: Number,
    /// The server's version, wherever it is not what was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Stamps that lay too far ahead: original and what it became.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clamped: Vec<(Stamp, Stamp)>,
    /// Stands, and lies in no scope that the device has: what is here of it goes, once it is clean.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// Why, where the row was denied or put aside: a [`Code`](crate::Code) by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the code speaks of: the field, the role that has no right to it.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub params: serde_json::Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// Stands on the server exactly as sent.
    Applied,
    /// Stands merged with what others wrote; `record` is the result.
    Merged,
    /// Refused; `record` is the server's version and replaces the local one (or there is none).
    Denied,
    /// Kept for the owner to look at; it takes no part in the data.
    PutAside,
    /// Something that only a newer server says: the row goes on waiting.
    #[serde(other)]
    Unknown,
}

/// `POST /v1/pull`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    pub protocol: Protocol,
    pub epoch: Option<Epoch>,
    pub scope: Scope,
    /// Everything up to and including this number is already here.
    pub after: Number,
    /// What the server said of that place in its order, to tell a restored server from this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Where the order stood at the last push, which may lie beyond `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stood: Option<Stood>,
    pub limit: usize,
}

/// A place in the order, and the word by which it goes in this life of the order and in no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    pub number: Number,
    pub mark: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PullReply {
    pub epoch: Epoch,
    pub scope: Scope,
    pub rows: Vec<PulledRow>,
    /// What went out of this scope, among the same numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftRow>,
    /// The scopes that the device has, each with how far it reaches. Empty: this one alone, as ever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Nudge>,
    /// Where to go on from.
    pub next: Number,
    /// What names that place in this life of the order, and in no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Nothing lay beyond when this page was read.
    pub last: bool,
    /// How many rows lie beyond this page, for the progress bar.
    pub remaining: u64,
    pub now: u64,
    /// The device is to retire: what waits goes up, then it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "understood")]
    pub retire: Option<Revocation>,
}

impl PullRequest {
    /// What will be asked once a page that answers this is applied; `None` where nothing lies beyond it.
    pub fn after(&self, page: &PullReply) -> Option<Self> {
        (!page.last).then(|| Self {
            epoch: Some(page.epoch),
            after: page.next,
            mark: page.mark.clone(),
            ..self.clone()
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PulledRow {
    pub number: Number,
    pub record: Record,
}

/// `POST /v1/segments`, since 1.1, asked with a [`PullRequest`]: the segments that lie beyond its place, in
/// order, each beginning no later than the one before ends. Empty where pages are the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentsReply {
    pub epoch: Epoch,
    pub scope: Scope,
    pub segments: Vec<Segment>,
    pub now: u64,
}

/// A page of a pull that lies ready, packed once for all who may have it: `GET /v1/segment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// It holds what has a number above this.
    pub after: Number,
    /// Where to go on from.
    pub next: Number,
    /// What names that place in this life of the order, and in no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// How many rows it holds, for the progress bar.
    pub rows: u64,
    /// What it weighs, packed.
    pub length: u64,
    /// SHA-256 of it as it is sent, hexadecimal: its name.
    pub digest: String,
}

/// What a segment holds, unpacked: rows as a [`PullReply`] has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentPage {
    pub rows: Vec<PulledRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftRow>,
}

/// `POST /v1/renew`: a copy of a data folder asks for an identity of its own. It speaks with the token
/// that it was copied with; from then on it uses the one that both sides derive from that and its new id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewRequest {
    pub protocol: Protocol,
    pub device_id: DeviceId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RenewReply {
    pub device_id: DeviceId,
    /// The latest of the old identity that the server has seen: the new one begins after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Stamp>,
    /// Member numbers for this device alone, both ends included.
    pub member_numbers: (i64, i64),
    pub now: u64,
}

/// A record that is no longer in the scope: what is here of it goes, unless another scope holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftRow {
    pub number: Number,
    pub collection: String,
    pub id: RecordId,
}

/// The most versions that one answer about history may carry.
pub const HISTORY_LIMIT: usize = 200;

/// `POST /v1/history`, since 1.1
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryRequest {
    pub protocol: Protocol,
    pub collection: String,
    pub id: RecordId,
    /// What the last page gave as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    pub limit: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryReply {
    /// The latest to arrive first.
    pub rows: Vec<HistoryRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
    /// What is older was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_since: Option<u64>,
    pub now: u64,
}

/// What one pushed version changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryRow {
    pub stamp: Stamp,
    pub author: RecordId,
    pub device: DeviceId,
    /// When it arrived.
    pub at: u64,
    pub changes: Vec<FieldChange>,
}

/// `GET /v1/events`: one line of the server-sent stream, `event: scope`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nudge {
    pub scope: Scope,
    pub number: Number,
}

/// An error as the server sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refusal {
    pub code: String,
    #[serde(default)]
    pub params: serde_json::Map<String, Value>,
}

/// `POST /v1/invite`: a code for one more device, asked for by a leader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InviteRequest {
    pub protocol: Protocol,
    /// Who asks; must be enrolled on the device.
    pub by: RecordId,
    pub role: Role,
    pub store: Option<RecordId>,
    /// Whom the code is for, where they have a record already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<RecordId>,
    /// The broken device whose place the new one takes: its people, name, store and member numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<DeviceId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InviteReply {
    pub secret: String,
    /// Where the server believes that devices reach it; the asking device knows better.
    pub url: Option<String>,
    pub fingerprint: Option<String>,
    pub expires_at: u64,
}

/// `POST /v1/devices`, and `POST /v1/aside`: a list, for those who look after it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListRequest {
    pub protocol: Protocol,
    pub by: RecordId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DevicesReply {
    pub devices: Vec<EnrolledDevice>,
    pub now: u64,
}

/// A device as the server knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolledDevice {
    pub id: DeviceId,
    pub name: String,
    pub platform: String,
    /// Everyone who may write on it.
    pub people: Vec<RecordId>,
    pub store: Option<RecordId>,
    pub enrolled_at: u64,
    pub last_seen_at: u64,
    pub revoked_at: Option<u64>,
    /// `lost`, `retired`, or nothing where it was only shut out.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "understood")]
    pub ending: Option<Ending>,
    /// It was asked to retire and has not been here since.
    #[serde(default)]
    pub retiring: bool,
    /// Rows of it that lie in quarantine.
    #[serde(default)]
    pub aside: u64,
}

/// `POST /v1/devices/end`: a device is lost, or no longer needed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndRequest {
    pub protocol: Protocol,
    pub by: RecordId,
    pub device: DeviceId,
    pub ending: Ending,
}

/// `POST /v1/retire`: the asking device ends itself, and hands back the member numbers it did not use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetireRequest {
    pub protocol: Protocol,
    /// The first number of its range that nobody has.
    pub next_member: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetireReply {
    pub revocation: Revocation,
}

/// Nothing to say but that it was done.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Done {}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AsideReply {
    pub rows: Vec<AsideRow>,
}

/// A row that takes no part in the data until somebody decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AsideRow {
    /// Names the row when it is settled.
    pub key: String,
    pub device: DeviceId,
    pub code: String,
    pub at: u64,
    pub row: PushRow,
    /// What stands in its place now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands: Option<Record>,
}

/// `POST /v1/aside/settle`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleRequest {
    pub protocol: Protocol,
    pub by: RecordId,
    pub key: String,
    /// Taken into the data as of now, or dropped.
    pub accept: bool,
}

/// An enrolment code as people pass it on: where the server is, what its certificate must hash
/// to, and a secret that works once. The text form is what the QR code holds too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentCode {
    pub url: String,
    pub secret: String,
    /// SHA-256 of the server's certificate (DER), hexadecimal; `None` for public certificates and loopback.
    pub fingerprint: Option<String>,
}

/// The text is no enrolment code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an enrolment code")]
pub struct NotACode;

impl std::fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.url, self.secret)?;
        if let Some(fingerprint) = &self.fingerprint {
            write!(f, ".{fingerprint}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for EnrolmentCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let (url, rest) = text.trim().split_once('#').ok_or(NotACode)?;
        let (secret, fingerprint) = match rest.split_once('.') {
            Some((secret, fingerprint)) => (secret, Some(fingerprint)),
            None => (rest, None),
        };
        let hex = |f: &str| f.len() == 64 && f.bytes().all(|b| b.is_ascii_hexdigit());
        let alphabet =
            |s: &str| s.len() >= 12 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !(url.starts_with("https://") || url.starts_with("http://"))
            || !alphabet(secret)
            || !fingerprint.is_none_or(hex)
        {
            return Err(NotACode);
        }
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            secret: secret.to_owned(),
            fingerprint: fingerprint.map(str::to_ascii_lowercase),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_survive_their_text() {
        let code = EnrolmentCode {
            url: "https://192.168.1.5:4810".into(),
            secret: "K7QM-2XWP-9RTA".into(),
            fingerprint: Some("a".repeat(64)),
        };
        assert_eq!(code.to_string().parse(), Ok(code));
        for bad in [
            "",
            "https://a",
            "ftp://a#K7QM-2XWP-9RTA",
            "https://a#short",
            "https://a#K7QM-2XWP-9RTA.zz",
        ] {
            assert_eq!(bad.parse::<EnrolmentCode>(), Err(NotACode), "{bad}");
        }
    }
}
