//! The chain over history: who changes, drops or swaps a row afterwards breaks it.
//!
//! Each row holds `commitment = H(salt ‖ content)` and `link = H(link before ‖ commitment ‖ place)`.
//! Erasing a person or outliving the owner's span takes content and salt: the commitment then says
//! nothing about what was there, and the links stay whole. Who holds the database can make the whole
//! chain anew; what it ends in is shown by `doctor`, so that a note kept elsewhere tells.

use sha2::{Digest, Sha256};
use shuke_domain::{history::kept_since, nouns::Workspace};

use super::{Service, locked};
use crate::{
    Refused,
    database::{Chained, Change, Head, Tx, column},
};

/// Rows read or chained at once.
const STEP: i64 = 5_000;

const SALT: usize = 16;

/// What the chain begins with.
const GENESIS: [u8; 32] = [0; 32];

/// What a round through the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub rows: i64,
    /// The first place at which it does not hold.
    pub broken_at: Option<i64>,
    /// Rows from before the chain, which the next start of the server takes in.
    pub unchained: i64,
    /// What it ends in, hexadecimal.
    pub head: String,
}

fn commitment(salt: &[u8], change: &Change) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(bytes);
    };
    part(salt);
    part(change.key.0.as_bytes());
    part(change.key.1.as_bytes());
    part(change.stamp.to_string().as_bytes());
    part(&change.number.0.to_be_bytes());
    part(change.author.as_bytes());
    part(change.device.as_bytes());
    part(&column(change.at).to_be_bytes());
    part(change.fields.as_bytes());
    hasher.finalize().to_vec()
}

fn link(before: &[u8], commitment: &[u8], place: i64) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(commitment);
    hasher.update(place.to_be_bytes());
    hasher.finalize().to_vec()
}

/// Puts changes at the chain's end.
fn chained(changes: Vec<Change>, salts: Vec<[u8; SALT]>, head: &mut Head) -> Vec<Chained> {
    let row = |(change, salt): (Change, [u8; SALT])| {
        let commitment = commitment(&salt, &change);
        head.place += 1;
        head.link = link(&head.link, &commitment, head.place);
        // What was erased before it was chained stays without content, and needs no salt.
        let salt = (change.fields != "[]").then(|| salt.to_vec());
        Chained { change, place: head.place, salt, commitment, link: head.link.clone() }
    };
    changes.into_iter().zip(salts).map(row).collect()
}

/// Whether a row holds, after the link before it.
fn holds(row: &Chained, place: i64, before: &[u8]) -> bool {
    let content = match &row.salt {
        Some(salt) => row.commitment == commitment(salt, &row.change),
        None => row.change.fields == "[]",
    };
    content && row.place == place && row.link == link(before, &row.commitment, place)
}

impl Service {
    /// Writes changes at the end of the chain; the workspace must be locked.
    pub(super) async fn append(&self, tx: &mut Tx, changes: Vec<Change>) -> Result<(), Refused> {
        if changes.is_empty() {
            return Ok(());
        }
        let (rows, head) = self.chain(tx, changes).await?;
        tx.write_history(&rows).await?;
        tx.set_chain_head(&head).await
    }

    async fn chain(
        &self,
        tx: &mut Tx,
        changes: Vec<Change>,
    ) -> Result<(Vec<Chained>, Head), Refused> {
        let begun = || Head { place: 0, link: GENESIS.to_vec(), pruned: 0 };
        let mut head = tx.chain_head().await?.unwrap_or_else(begun);
        let salts: Result<Vec<_>, _> = changes.iter().map(|_| self.random()).collect();
        let rows = chained(changes, salts?, &mut head);
        Ok((rows, head))
    }

    /// Takes rows from before the chain into it, a few at a time. Gives how many there were.
    pub async fn start_chain(&self) -> Result<u64, Refused> {
        let mut taken = 0;
        loop {
            let mut tx = self.database.write().await?;
            if tx.lock_workspace().await?.is_none() {
                return Ok(taken);
            }
            let rows = tx.unchained(STEP).await?;
            if rows.is_empty() {
                return Ok(taken);
            }
            taken += rows.len() as u64;
            let (rows, head) = self.chain(&mut tx, rows).await?;
            for row in &rows {
                tx.chain_row(row).await?;
            }
            tx.set_chain_head(&head).await?;
            tx.commit().await?;
        }
    }

    /// Goes through the whole chain.
    pub(super) async fn verify_chain(&self, tx: &mut Tx) -> Result<Verdict, Refused> {
        let head = tx.chain_head().await?;
        let (mut place, mut before) = (0, GENESIS.to_vec());
        let mut broken_at = None;
        'round: loop {
            let rows = tx.chain_after(place, STEP).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if !holds(&row, place + 1, &before) {
                    broken_at = Some(place + 1);
                    break 'round;
                }
                place = row.place;
                before = row.link;
            }
        }
        let ends = head.as_ref().map_or((0, GENESIS.as_slice()), |head| (head.place, &head.link));
        if broken_at.is_none() && ends != (place, before.as_slice()) {
            broken_at = Some(place + 1);
        }
        let unchained = tx.count_unchained().await?;
        let head = before.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Verdict { rows: place, broken_at, unchained, head })
    }

    /// Empties what the owner keeps no longer. Gives how many rows of the chain it went over.
    pub async fn prune_history(&self) -> Result<i64, Refused> {
        let mut over = 0;
        loop {
            let mut tx = self.database.write().await?;
            let workspace = locked(&mut tx).await?;
            let key = (Workspace::COLLECTION.name.to_owned(), workspace.id);
            let records = tx.records(std::slice::from_ref(&key)).await?;
            let days = records.get(&key).and_then(|stored| stored.record.int("history_days"));
            let Some(since) = kept_since(self.now(), days) else { return Ok(over) };
            let Some(mut head) = tx.chain_head().await? else { return Ok(over) };
            let rows = tx.chain_after(head.pruned, STEP).await?;
            let old = rows.iter().take_while(|row| row.change.at < since);
            let Some(last) = old.last().map(|row| row.place) else { return Ok(over) };
            tx.empty_history(head.pruned, last).await?;
            over += last - head.pruned;
            head.pruned = last;
            tx.set_chain_head(&head).await?;
            tx.commit().await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use shuke_domain::{Clock, DeviceId, RecordId, Stamp, wire::Number};

    use super::*;

    fn change(number: i64, fields: &str) -> Change {
        let device = DeviceId::from_u128(1);
        Change {
            key: ("customer".into(), RecordId::from_u128(7)),
            stamp: Stamp { clock: Clock::at(number.unsigned_abs()), device },
            number: Number(number),
            author: RecordId::from_u128(2),
            device,
            at: 5,
            fields: fields.into(),
        }
    }

    fn chain(count: i64) -> Vec<Chained> {
        let mut head = Head { place: 0, link: GENESIS.to_vec(), pruned: 0 };
        let changes = (1..=count).map(|number| change(number, "[1]")).collect();
        chained(changes, (0..count).map(|n| [u8::try_from(n).unwrap(); SALT]).collect(), &mut head)
    }

    /// The first place that does not hold.
    fn first_broken(rows: &[Chained]) -> Option<i64> {
        let mut before = GENESIS.to_vec();
        for (place, row) in (1..).zip(rows) {
            if !holds(row, place, &before) {
                return Some(place);
            }
            before.clone_from(&row.link);
        }
        None
    }

    #[test]
    fn a_byte_a_row_and_two_swapped_are_found_and_erasure_is_not() {
        let whole = chain(6);
        assert_eq!(first_broken(&whole), None);

        let mut tampered = whole.clone();
        tampered[3].change.fields = "[2]".into();
        assert_eq!(first_broken(&tampered), Some(4));
        let mut author = whole.clone();
        author[2].change.author = RecordId::from_u128(3);
        assert_eq!(first_broken(&author), Some(3));
        let mut dropped = whole.clone();
        dropped.remove(1);
        assert_eq!(first_broken(&dropped), Some(2));
        let mut swapped = whole.clone();
        swapped.swap(4, 5);
        assert_eq!(first_broken(&swapped), Some(5));
        let mut renumbered = swapped;
        (renumbered[4].place, renumbered[5].place) = (5, 6);
        assert_eq!(first_broken(&renumbered), Some(5));

        let mut erased = whole;
        erased[2].change.fields = "[]".into();
        erased[2].salt = None;
        assert_eq!(first_broken(&erased), None);
        // Without its salt a row has no content to speak of.
        erased[2].change.fields = "[9]".into();
        assert_eq!(first_broken(&erased), Some(3));
    }
}
