//! Segments: where a scope is far behind, pages that the server packed once for many devices come in the place
//! of pages that it makes for this one. Nothing is remembered of them but the part of one that a cut line left:
//! the cursor says what is here, and one segment is applied as one page.
//!
//! Whatever is wrong with segments, pages are right: an older server has none, a proxy may not let them pass,
//! a lying server gives what their digest denies. The round then goes on by pages.

use std::{collections::HashSet, io::Read as _};

use sha2::{Digest as _, Sha256};
use shuke_domain::{
    Code, Scope,
    wire::{PULL_LIMIT, PullRequest, SEGMENT_LIMIT, Segment, SegmentPage, SegmentsReply},
};

use crate::trouble::Trouble;

/// The most that a segment may weigh once unpacked, as any answer.
const UNPACKED_LIMIT: u64 = 64 * 1024 * 1024;

/// The most that unpacking looks back, as a power of two: eight megabytes.
const WINDOW: u32 = 23;

/// How often the server may give out another list of segments for one scope within a round, when one of the
/// last is gone.
const PATIENCE: u8 = 4;

/// The rest of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentAsk {
    /// Whose page it is.
    pub request: PullRequest,
    pub segment: Segment,
    /// What is here of it.
    pub had: Vec<u8>,
}

/// What is here of a segment after an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Fetched {
    Whole(SegmentPage),
    /// The line was cut: so much of it.
    Part(Vec<u8>),
    /// Not what the list said.
    Spoilt,
}

impl SegmentAsk {
    /// What has come of the rest, from `from` on.
    pub fn received(&self, from: u64, bytes: &[u8]) -> Fetched {
        let had = self.had.get(..usize::try_from(from).unwrap_or(usize::MAX)).unwrap_or(&self.had);
        let body = [had, bytes].concat();
        let length = body.len() as u64;
        if length < self.segment.length {
            return Fetched::Part(body);
        }
        if length > self.segment.length || hex(&Sha256::digest(&body)) != self.segment.digest {
            return Fetched::Spoilt;
        }
        unpacked(&body).map_or(Fetched::Spoilt, Fetched::Whole)
    }
}

fn unpacked(body: &[u8]) -> Option<SegmentPage> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).ok()?;
    decoder.window_log_max(WINDOW).ok()?;
    let mut text = Vec::new();
    decoder.take(UNPACKED_LIMIT + 1).read_to_end(&mut text).ok()?;
    if text.len() as u64 > UNPACKED_LIMIT {
        return None;
    }
    serde_json::from_slice(&text).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What comes next in the reading of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Page(PullRequest),
    List(PullRequest),
    Segment(PullRequest, Segment),
}

/// Which scopes are read by segments in this round, and what of them is known.
#[derive(Debug)]
pub(crate) struct Segments {
    /// How many rows lie beyond where pages are the way.
    page: usize,
    /// Scopes of which the last page said that more than a page lies beyond.
    far: HashSet<Scope>,
    /// Scopes that are read by pages from here on.
    paged: HashSet<Scope>,
    listed: Option<SegmentsReply>,
    /// How often segments of the list were gone.
    gone: u8,
}

impl Default for Segments {
    fn default() -> Self {
        Self::with_pages_of(PULL_LIMIT)
    }
}

impl Segments {
    pub(crate) fn with_pages_of(page: usize) -> Self {
        Self { page, far: HashSet::new(), paged: HashSet::new(), listed: None, gone: 0 }
    }

    /// Begins anew, and knows nothing.
    pub(crate) fn forget(&mut self) {
        *self = Self::with_pages_of(self.page);
    }

    /// Whether more than a page lies beyond.
    fn is_far(&self, remaining: u64) -> bool {
        usize::try_from(remaining).is_ok_and(|remaining| remaining > self.page)
    }

    /// What to ask for in the place of a page.
    pub(crate) fn next(&self, request: PullRequest) -> Next {
        if !self.far.contains(&request.scope) || self.paged.contains(&request.scope) {
            return Next::Page(request);
        }
        let listed = self
            .listed
            .as_ref()
            .filter(|list| list.scope == request.scope && Some(list.epoch) == request.epoch);
        let segment = listed.and_then(|list| {
            list.segments.iter().find(|one| one.after <= request.after && one.next > request.after)
        });
        match segment {
            Some(segment) => Next::Segment(request, segment.clone()),
            None => Next::List(request),
        }
    }

    /// What will be asked for once a page is applied, beyond which so much lies.
    pub(crate) fn after_page(&self, request: PullRequest, remaining: u64) -> Next {
        if self.is_far(remaining) && !self.paged.contains(&request.scope) {
            return Next::List(request);
        }
        Next::Page(request)
    }

    /// What will be asked for once a segment is applied.
    pub(crate) fn after(&self, request: &PullRequest, segment: &Segment) -> Next {
        let (after, mark) = (segment.next, segment.mark.clone());
        self.next(PullRequest { after, mark, ..request.clone() })
    }

    /// A page came, and so much lies beyond it.
    pub(crate) fn paged(&mut self, scope: &Scope, remaining: u64) {
        if self.is_far(remaining) {
            self.far.insert(scope.clone());
        } else {
            self.far.remove(scope);
        }
    }

    /// A list came in answer to a request. An empty one says that pages are the way.
    pub(crate) fn list(&mut self, request: &PullRequest, mut reply: SegmentsReply) {
        let mut reached = request.after;
        let fits = |segment: &Segment| {
            let fits = segment.after <= reached
                && segment.next > reached
                && (1..=SEGMENT_LIMIT).contains(&segment.length);
            reached = segment.next;
            fits
        };
        reply.segments = reply.segments.into_iter().take(PULL_LIMIT).take_while(fits).collect();
        if reply.segments.is_empty() || request.epoch != Some(reply.epoch) {
            self.give_up(&request.scope);
        } else {
            self.listed = Some(reply);
        }
    }

    /// The scope is read by pages from here on.
    pub(crate) fn give_up(&mut self, scope: &Scope) {
        self.paged.insert(scope.clone());
        self.listed = None;
    }

    /// Learns what came of asking for segments. `true` when the round may go on without them.
    pub(crate) fn failed(&mut self, trouble: &Trouble) -> bool {
        match trouble {
            Trouble::Unreachable(_) | Trouble::Later { .. } | Trouble::Store(_) => false,
            Trouble::Refused(refusal)
                if refusal.code == Code::SegmentGone.as_str() && self.gone < PATIENCE =>
            {
                self.gone += 1;
                self.listed = None;
                true
            }
            Trouble::Refused(_) | Trouble::Stranger | Trouble::TooLarge => {
                self.paged.extend(std::mem::take(&mut self.far));
                self.listed = None;
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use shuke_domain::wire::{Epoch, Number, PROTOCOL, Refusal};

    use super::*;

    fn request(after: i64) -> PullRequest {
        PullRequest {
            protocol: PROTOCOL,
            epoch: Some(Epoch(uuid::Uuid::from_u128(5))),
            scope: Scope::workspace(),
            after: Number(after),
            mark: None,
            stood: None,
            limit: PULL_LIMIT,
        }
    }

    fn packed(text: &str) -> (Vec<u8>, Segment) {
        let body = zstd::bulk::compress(text.as_bytes(), 3).unwrap();
        let segment = Segment {
            after: Number(0),
            next: Number(9),
            mark: None,
            rows: 1,
            length: body.len() as u64,
            digest: hex(&Sha256::digest(&body)),
        };
        (body, segment)
    }

    const PAGE: &str = r#"{"rows":[{"number":1,"record":{"collection":"customer","id":"00000000-0000-0000-0000-00000000000a","fields":{"name":"王薇"}}}],"newer":1}"#;

    #[test]
    fn a_segment_is_whole_wherever_it_was_cut_and_however_often() {
        let (body, segment) = packed(PAGE);
        let page: SegmentPage = serde_json::from_str(PAGE).unwrap();
        let ask = |had: &[u8]| SegmentAsk {
            request: request(0),
            segment: segment.clone(),
            had: had.to_vec(),
        };
        for first in 1..body.len() {
            let (start, rest) = body.split_at(first);
            assert_eq!(ask(&[]).received(0, start), Fetched::Part(start.to_vec()));
            assert_eq!(ask(start).received(first as u64, rest), Fetched::Whole(page.clone()));
            // Something in between knows no ranges and begins at the beginning.
            assert_eq!(ask(start).received(0, &body), Fetched::Whole(page.clone()));
        }
        let mut had = Vec::new();
        for byte in &body {
            match ask(&had).received(had.len() as u64, &[*byte]) {
                Fetched::Part(part) => had = part,
                whole => assert_eq!(whole, Fetched::Whole(page.clone())),
            }
        }
        assert_eq!(had.len(), body.len() - 1);
    }

    #[test]
    fn what_is_not_what_the_list_said_is_spoilt() {
        let (body, segment) = packed(PAGE);
        let ask = |segment: &Segment| SegmentAsk {
            request: request(0),
            segment: segment.clone(),
            had: Vec::new(),
        };
        for place in 0..body.len() {
            let mut other = body.clone();
            other[place] ^= 1;
            assert_eq!(ask(&segment).received(0, &other), Fetched::Spoilt);
        }
        assert_eq!(ask(&segment).received(0, &[&body[..], &[0]].concat()), Fetched::Spoilt);
        let nothing = packed("<html>");
        assert_eq!(ask(&nothing.1).received(0, &nothing.0), Fetched::Spoilt);
        let text = b"not packed at all";
        let plain =
            Segment { length: text.len() as u64, digest: hex(&Sha256::digest(text)), ..segment };
        assert_eq!(ask(&plain).received(0, text), Fetched::Spoilt);
    }

    #[test]
    fn what_swells_beyond_an_answer_is_spoilt() {
        let swollen = format!("{{\"rows\":[]{}}}", " ".repeat(65 * 1024 * 1024));
        let (body, segment) = packed(&swollen);
        assert!(body.len() < 64 * 1024);
        let ask = SegmentAsk { request: request(0), segment, had: Vec::new() };
        assert_eq!(ask.received(0, &body), Fetched::Spoilt);
    }

    fn listed(ranges: &[(i64, i64)]) -> SegmentsReply {
        let (_, segment) = packed(PAGE);
        let segment = |(after, next): &(i64, i64)| Segment {
            after: Number(*after),
            next: Number(*next),
            ..segment.clone()
        };
        SegmentsReply {
            epoch: Epoch(uuid::Uuid::from_u128(5)),
            scope: Scope::workspace(),
            segments: ranges.iter().map(segment).collect(),
            now: 0,
        }
    }

    fn far() -> Segments {
        let mut segments = Segments::default();
        segments.paged(&Scope::workspace(), 5_001);
        segments
    }

    #[test]
    fn segments_are_asked_for_where_more_than_a_page_lies_beyond() {
        let mut near = Segments::default();
        assert_eq!(near.next(request(0)), Next::Page(request(0)), "nothing is known yet");
        near.paged(&Scope::workspace(), 5_000);
        assert_eq!(near.next(request(5)), Next::Page(request(5)));

        let mut segments = far();
        assert_eq!(segments.next(request(5)), Next::List(request(5)));
        segments.list(&request(5), listed(&[(3, 8), (8, 12)]));
        let told = |next| match next {
            Next::Segment(_, segment) => (segment.after.0, segment.next.0),
            other => panic!("{other:?}"),
        };
        assert_eq!(told(segments.next(request(5))), (3, 8));
        assert_eq!(told(segments.next(request(8))), (8, 12));
        assert_eq!(segments.next(request(12)), Next::List(request(12)), "is there more?");
        segments.list(&request(12), listed(&[]));
        assert_eq!(segments.next(request(12)), Next::Page(request(12)), "the rest is for pages");
    }

    #[test]
    fn a_list_that_leads_nowhere_is_none() {
        let lies: [&[(i64, i64)]; 4] = [&[(6, 9)], &[(0, 5)], &[(5, 5)], &[(9, 2)]];
        for ranges in lies {
            let mut segments = far();
            segments.list(&request(5), listed(ranges));
            assert_eq!(segments.next(request(5)), Next::Page(request(5)), "{ranges:?}");
        }
        let mut heavy = listed(&[(5, 9)]);
        heavy.segments[0].length = SEGMENT_LIMIT + 1;
        let mut other = listed(&[(5, 9)]);
        other.epoch = Epoch(uuid::Uuid::from_u128(6));
        for reply in [heavy, other] {
            let mut segments = far();
            segments.list(&request(5), reply);
            assert_eq!(segments.next(request(5)), Next::Page(request(5)));
        }
    }

    #[test]
    fn where_segments_cannot_be_had_pages_are_the_way() {
        let refused = |code: Code| {
            Trouble::Refused(Refusal { code: code.as_str().into(), params: serde_json::Map::new() })
        };
        for trouble in [refused(Code::ServerUnknown), refused(Code::Internal), Trouble::Stranger] {
            let mut segments = far();
            assert!(segments.failed(&trouble));
            assert_eq!(segments.next(request(5)), Next::Page(request(5)));
        }
        // A cut line is tried again by itself, with segments.
        let mut segments = far();
        assert!(!segments.failed(&Trouble::Unreachable(None)));
        assert_eq!(segments.next(request(5)), Next::List(request(5)));
        // One that is gone may be another by now, though not for ever.
        for _ in 0..PATIENCE {
            assert!(segments.failed(&refused(Code::SegmentGone)));
            assert_eq!(segments.next(request(5)), Next::List(request(5)));
        }
        assert!(segments.failed(&refused(Code::SegmentGone)));
        assert_eq!(segments.next(request(5)), Next::Page(request(5)));
    }
}
