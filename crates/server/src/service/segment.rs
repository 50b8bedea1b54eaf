//! Segments: pages of a pull that lie ready, packed, for devices that are far behind. Built once for all who
//! may have the same: as the first of them reads, and then ahead of it.
//!
//! A segment says what a pull would say now, or it is not there: whoever changes a record takes the segments
//! away that hold it as it was (`Tx::outdate_segments`), so an erasure or a move reaches them as it does pages.
//! Rows only ever leave a range of numbers. So a segment may be put on its shelf as long as there are as many
//! in its range as when it was read.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use shuke_domain::{
    Code, Eyes, Scope,
    wire::{Number, PROTOCOL, PULL_LIMIT, PullRequest, Segment, SegmentsReply},
};
use tokio::sync::Notify;

use super::{
    Service, hash, hex, locked, present,
    pull::{Asked, Part, asked, carried, part, readable},
    rights::Rights,
};
use crate::{
    Refused,
    database::{DeviceRow, Shelf},
};

/// How often a segment is read again because a record in it changed meanwhile.
const TRIES: u8 = 3;

/// Unpacking costs the same whatever the level; beyond this one packing takes longer than reading.
const LEVEL: i32 = 3;

/// How long a segment lies, in milliseconds: who has no use for it any more nobody says.
const KEPT: u64 = 7 * 24 * 3_600_000;

/// What is to be built: for whom, and from where on.
#[derive(Clone, Debug)]
struct Wanted {
    shelf: Shelf,
    part: Part,
    eyes: Eyes,
    after: Number,
}

/// The shelves that somebody reads from, each with the place that it is filled up to.
#[derive(Clone, Debug, Default)]
pub struct Shelves {
    wanted: Arc<Mutex<VecDeque<Wanted>>>,
    work: Arc<Notify>,
}

impl Shelves {
    fn want(&self, wanted: Wanted) {
        let mut queue = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.iter_mut().find(|one| one.shelf == wanted.shelf) {
            Some(known) => known.after = known.after.min(wanted.after),
            None => queue.push_back(wanted),
        }
        self.work.notify_one();
    }

    fn next(&self) -> Option<Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// A segment as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    pub body: Vec<u8>,
    pub rows: u64,
}

impl Service {
    /// The segments that lie beyond a place; where there is none yet, the first is built now.
    pub async fn segments(
        &self,
        device: &DeviceRow,
        request: &PullRequest,
    ) -> Result<SegmentsReply, Refused> {
        let limit = if request.limit == 0 { PULL_LIMIT } else { request.limit.min(PULL_LIMIT) };
        let mut tx = self.database.read().await?;
        let Asked { workspace, eyes, part } = asked(&mut tx, device, request).await?;
        let shelf = Shelf { scope: request.scope.clone(), view: eyes.reach() };
        let lying = tx.segments(&shelf, request.after).await?;
        tx.commit().await?;
        let mut segments = joined(lying, request.after);
        let mut wanted = Wanted { shelf, part, eyes, after: request.after };
        if segments.is_empty() {
            segments.extend(self.build(&wanted).await?);
        }
        if let Some(last) = segments.last() {
            wanted.after = last.next;
            self.shelves.want(wanted);
        }
        segments.truncate(limit);
        let scope = request.scope.clone();
        Ok(SegmentsReply { epoch: workspace.epoch, scope, segments, now: self.now() })
    }

    /// One segment, for a device that may have what is in it.
    pub async fn segment(
        &self,
        device: &DeviceRow,
        scope: &Scope,
        digest: &str,
    ) -> Result<Packed, Refused> {
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let rights = Rights::of(&mut tx, device, &workspace, []).await?;
        part(&mut tx, &rights, scope, PROTOCOL.minor, &workspace).await?;
        let view = rights.eyes(&std::collections::HashMap::new()).reach();
        let found = tx.segment(&Shelf { scope: scope.clone(), view }, digest).await?;
        tx.commit().await?;
        // Somebody changed a record in it, or it was too old: the list has another.
        let (body, rows) = found.ok_or(Code::SegmentGone)?;
        Ok(Packed { body, rows })
    }

    /// One step of building ahead of who reads; `false` when nothing is left.
    pub async fn stock(&self) -> Result<bool, Refused> {
        let Some(wanted) = self.shelves.next() else { return Ok(false) };
        let mut tx = self.database.read().await?;
        let lying = tx.segments(&wanted.shelf, wanted.after).await?;
        tx.commit().await?;
        let end = match joined(lying, wanted.after).last() {
            Some(last) => Some(last.next),
            None => self.build(&wanted).await?.map(|segment| segment.next),
        };
        if let Some(after) = end {
            self.shelves.want(Wanted { after, ..wanted });
        }
        Ok(true)
    }

    /// Builds ahead whenever somebody reads, for as long as the server runs.
    pub async fn keep_stocked(&self) -> Result<(), Refused> {
        loop {
            while self.stock().await? {
                tokio::task::yield_now().await;
            }
            self.shelves.work.notified().await;
        }
    }

    /// Takes away what has lain for long.
    pub async fn prune_segments(&self) -> Result<(), Refused> {
        let mut tx = self.database.write().await?;
        tx.drop_segments(self.now().saturating_sub(KEPT)).await?;
        tx.commit().await
    }

    /// The segment that begins at a place. The end of a scope is in none: it is still being written.
    async fn build(&self, wanted: &Wanted) -> Result<Option<Segment>, Refused> {
        let Wanted { shelf, part, eyes, after } = wanted;
        let only = readable(eyes);
        let only = only.as_deref();
        for _ in 0..TRIES {
            let begun = self.now();
            let mut tx = self.database.read().await?;
            let page = part.page(&mut tx, *after, self.segment_rows, only).await?;
            let Some(next) = page.end else { return Ok(None) };
            if part.page(&mut tx, next, 1, only).await?.count == 0 {
                return Ok(None);
            }
            let held = part.between(&mut tx, (*after, next)).await?;
            let mark = tx.mark(next).await?;
            tx.commit().await?;

            let rows = if eyes.is_narrow() { carried(&page.rows, eyes)? } else { page.rows };
            let body = packed(&rows, &page.left)?;
            let segment = Segment {
                after: *after,
                next,
                mark,
                rows: page.count,
                length: body.len() as u64,
                digest: hex(&hash(&body)),
            };
            let packed_at = self.now();

            let mut tx = self.database.write().await?;
            locked(&mut tx).await?;
            if part.between(&mut tx, (*after, next)).await? == held {
                tx.put_segment(shelf, &segment, &body, self.now()).await?;
                tx.commit().await?;
                let (ready_ms, took_ms) =
                    (packed_at.saturating_sub(begun), self.now().saturating_sub(begun));
                let (rows, bytes) = (segment.rows, segment.length);
                tracing::info!(rows, bytes, ready_ms, took_ms, "segment built");
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }
}

/// The segments, in order, up to the first gap between them.
fn joined(lying: Vec<Segment>, after: Number) -> Vec<Segment> {
    let mut reached = after;
    let mut joined = Vec::with_capacity(lying.len());
    for segment in lying {
        if segment.after > reached {
            break;
        }
        if segment.next > reached {
            reached = segment.next;
            joined.push(segment);
        }
    }
    joined
}

/// Rows and leavings, still text, as a [`SegmentPage`](shuke_domain::wire::SegmentPage), packed.
fn packed(rows: &str, left: &str) -> Result<Vec<u8>, Refused> {
    let page = if left.is_empty() {
        format!("{{\"rows\":[{rows}]}}")
    } else {
        format!("{{\"rows\":[{rows}],\"left\":[{left}]}}")
    };
    Ok(zstd::bulk::compress(page.as_bytes(), LEVEL)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(after: i64, next: i64) -> Segment {
        Segment {
            after: Number(after),
            next: Number(next),
            mark: None,
            rows: 1,
            length: 1,
            digest: String::new(),
        }
    }

    #[test]
    fn segments_are_read_up_to_the_first_gap_and_none_for_nothing() {
        let lying =
            || [(0, 5), (5, 9), (5, 7), (8, 12), (14, 20)].map(|(a, n)| segment(a, n)).to_vec();
        let read = |after| -> Vec<(i64, i64)> {
            let joined = joined(lying(), Number(after));
            joined.iter().map(|one| (one.after.0, one.next.0)).collect()
        };
        assert_eq!(read(0), [(0, 5), (5, 9), (8, 12)]);
        assert_eq!(read(6), [(0, 5), (5, 9), (8, 12)][1..]);
        assert_eq!(read(12), [], "what begins later leaves a gap");
        assert_eq!(read(14), [(14, 20)]);
        assert_eq!(read(20), []);
    }

    #[test]
    fn what_is_packed_is_a_page_of_a_pull() {
        let rows = r#"{"number":1,"record":{"collection":"tag","id":"00000000-0000-0000-0000-00000000000a"}}"#;
        let left = r#"{"number":2,"collection":"tag","id":"00000000-0000-0000-0000-00000000000b"}"#;
        for left in ["", left] {
            let body = packed(rows, left).unwrap();
            let page = zstd::bulk::decompress(&body, 10_000).unwrap();
            let page: shuke_domain::wire::SegmentPage = serde_json::from_slice(&page).unwrap();
            assert_eq!((page.rows.len(), page.left.len()), (1, usize::from(!left.is_empty())));
        }
    }
}
