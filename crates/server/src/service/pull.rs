//! Pulling: pages of one scope in the workspace's order, from one moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use shuke_domain::{
    Collection, Eyes, Mutant, Roles, Scope,
    code::{Code, Failure},
    revocation::Revocation,
    scope::{Place, Reach},
    wire::{Epoch, Nudge, Number, PULL_LIMIT, PullRequest, PulledRow},
};
use uuid::Uuid;

use super::{
    Service, present,
    reach::{denied, standing},
    rights::Rights,
    spoken,
};
use crate::{
    Refused,
    database::{DeviceRow, Narrowed, PlacePage, Tx, WorkspaceRow},
};

/// A page, its rows still the text that the database holds.
#[derive(Clone, Debug, PartialEq)]
pub struct PulledPage {
    pub epoch: Epoch,
    pub scope: Scope,
    /// `{"number":…,"record":…},…`
    pub rows: String,
    /// `{"number":…,"collection":…,"id":…},…`
    pub left: String,
    /// The scopes of the device where the whole workspace is not the only one; on the last page.
    pub scopes: Vec<Nudge>,
    pub count: u64,
    pub next: Number,
    pub mark: Option<String>,
    pub last: bool,
    pub remaining: u64,
    pub now: u64,
    /// The device is to retire.
    pub retire: Option<Revocation>,
}

impl PulledPage {
    /// The page as a [`PullReply`](shuke_domain::wire::PullReply) on the wire.
    pub fn to_json(&self) -> Result<String, Refused> {
        #[derive(Serialize)]
        struct Head<'a> {
            epoch: Epoch,
            scope: &'a Scope,
            #[serde(skip_serializing_if = "<[Nudge]>::is_empty")]
            scopes: &'a [Nudge],
            next: Number,
            #[serde(skip_serializing_if = "Option::is_none")]
            mark: Option<&'a str>,
            last: bool,
            remaining: u64,
            now: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            retire: Option<&'a Revocation>,
        }
        let head = Head {
            epoch: self.epoch,
            scope: &self.scope,
            scopes: &self.scopes,
            next: self.next,
            mark: self.mark.as_deref(),
            last: self.last,
            remaining: self.remaining,
            now: self.now,
            retire: self.retire.as_ref(),
        };
        let head = serde_json::to_string(&head)?;
        let open = head.strip_suffix('}').unwrap_or(&head);
        if self.left.is_empty() {
            return Ok(format!("{open},\"rows\":[{}]}}", self.rows));
        }
        Ok(format!("{open},\"rows\":[{}],\"left\":[{}]}}", self.rows, self.left))
    }
}

/// How much lay beyond a page that was just given out: counting 600,000 rows anew for each of 120
/// pages would cost more than the pages. Only a progress bar reads it; the last page says zero.
#[derive(Clone, Debug, Default)]
pub struct Remaining(Arc<Mutex<HashMap<Spot, u64>>>);

/// A cursor, and whose rights it reads with.
type Spot = (Uuid, Scope, Number, Roles);

/// First syncs that go on at once and are remembered.
const REMEMBERED: usize = 256;

impl Remaining {
    fn take(&self, key: &Spot) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }

    fn put(&self, key: Spot, beyond: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, beyond);
    }
}

impl Service {
    pub async fn pull(
        &self,
        device: &DeviceRow,
        request: &PullRequest,
    ) -> Result<PulledPage, Refused> {
        let limit = if request.limit == 0 { PULL_LIMIT } else { request.limit.min(PULL_LIMIT) };
        let mut tx = self.database.read().await?;
        let Asked { workspace, eyes, part } = asked(&mut tx, device, request).await?;
        let only = readable(&eyes);
        let only = only.as_deref();
        let page = part.page(&mut tx, request.after, limit, only).await?;
        let end = page.end.unwrap_or(request.after);
        let key = |number| (workspace.epoch.0, request.scope.clone(), number, eyes.roles());
        let beyond = if page.count == 0 {
            0
        } else {
            match self.remaining.take(&key(request.after)) {
                // What was written since is not in it; the next number tells at most how much.
                Some(before) if before > page.count => before - page.count,
                _ => part.count(&mut tx, end, only).await?,
            }
        };
        let scopes = match &part {
            Part::In(narrowed, _, reach) if beyond == 0 => {
                standing(&mut tx, reach, *narrowed, workspace.number).await?
            }
            _ => Vec::new(),
        };
        let retire = self.asked_to_retire(&mut tx, &workspace, device).await?;
        let rows = if eyes.is_narrow() { carried(&page.rows, &eyes)? } else { page.rows };
        let last = beyond == 0;
        // Nothing of this scope lies between its last row and the order's end.
        let next = if last { workspace.number } else { end };
        let next = if Mutant::PageEndSkipped.awake() && !last { Number(next.0 + 1) } else { next };
        let mark = tx.mark(next).await?;
        tx.commit().await?;
        if !last {
            self.remaining.put(key(end), beyond);
        }
        Ok(PulledPage {
            epoch: workspace.epoch,
            scope: request.scope.clone(),
            rows,
            left: page.left,
            scopes,
            count: page.count,
            next,
            mark,
            last,
            remaining: beyond,
            now: self.now(),
            retire,
        })
    }
}

/// What a device asks for, once it is sure that it may have it and speaks of this life of the order.
pub(super) struct Asked {
    pub workspace: WorkspaceRow,
    pub eyes: Eyes,
    pub part: Part,
}

pub(super) async fn asked(
    tx: &mut Tx,
    device: &DeviceRow,
    request: &PullRequest,
) -> Result<Asked, Refused> {
    spoken(request.protocol)?;
    let workspace = present(tx).await?;
    let rights = Rights::of(tx, device, &workspace, []).await?;
    let wrong_epoch = request.epoch.is_some_and(|epoch| epoch != workspace.epoch);
    // A backup was put back and nobody said so: a place beyond the order tells of it, and one that now
    // goes by another word.
    let mut elsewhere = request.after > workspace.number
        || (request.mark.is_some() && request.mark != tx.mark(request.after).await?);
    if Mutant::MarkIgnored.awake() {
        elsewhere = request.after > workspace.number;
    } else if let Some(stood) = &request.stood {
        elsewhere |= stood.number > workspace.number
            || tx.mark(stood.number).await?.as_ref() != Some(&stood.mark);
    }
    if (wrong_epoch || elsewhere) && !Mutant::EpochIgnored.awake() {
        return Err(other_epoch(workspace.epoch).into());
    }
    let (scope, minor) = (&request.scope, request.protocol.minor);
    let part = part(tx, &rights, scope, minor, &workspace).await?;
    Ok(Asked { eyes: rights.eyes(&HashMap::new()), workspace, part })
}

/// What of the workspace is asked for.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Whole(Scope),
    In(Narrowed, Place, Reach),
}

impl Part {
    pub(super) async fn page(
        &self,
        tx: &mut Tx,
        after: Number,
        limit: usize,
        only: Option<&[&str]>,
    ) -> Result<PlacePage, Refused> {
        match self {
            Self::Whole(scope) => {
                let page = tx.page(scope, after, limit, only).await?;
                let left = String::new();
                Ok(PlacePage { count: page.count, end: page.end, rows: page.rows, left })
            }
            Self::In(narrowed, place, _) => {
                tx.place_page((narrowed.generation, *place), after, limit, only).await
            }
        }
    }

    async fn count(
        &self,
        tx: &mut Tx,
        after: Number,
        only: Option<&[&str]>,
    ) -> Result<u64, Refused> {
        match self {
            Self::Whole(scope) => tx.count_records(scope, after, only).await,
            Self::In(narrowed, place, _) => {
                tx.count_entries((narrowed.generation, *place), after, only).await
            }
        }
    }

    /// How much lies between two numbers. It only ever becomes less.
    pub(super) async fn between(
        &self,
        tx: &mut Tx,
        numbers: (Number, Number),
    ) -> Result<i64, Refused> {
        match self {
            Self::Whole(scope) => tx.count_between(scope, numbers).await,
            Self::In(narrowed, place, _) => {
                tx.entries_between((narrowed.generation, *place), numbers).await
            }
        }
    }
}

/// The part that a scope names, if the device may have it.
pub(super) async fn part(
    tx: &mut Tx,
    rights: &Rights,
    scope: &Scope,
    minor: u16,
    workspace: &WorkspaceRow,
) -> Result<Part, Refused> {
    let number = workspace.number;
    let Some(narrowed) = workspace.scoping.in_force else {
        if scope.is_workspace() {
            return Ok(Part::Whole(scope.clone()));
        }
        return Err(denied(&[Nudge { scope: Scope::workspace(), number }]).into());
    };
    let reach = rights.reach(&HashMap::new(), narrowed.visibility);
    match (&reach, scope.place()) {
        (Reach::Whole, _) if scope.is_workspace() => return Ok(Part::Whole(scope.clone())),
        (Reach::In(places), Some((generation, place)))
            if generation == narrowed.generation && places.contains(&place) =>
        {
            return Ok(Part::In(narrowed, place, reach));
        }
        _ => {}
    }
    // An app from before scopes cannot ask for anything but everything.
    if minor < 1 {
        return Err(Code::AppTooOld.into());
    }
    let scopes = standing(tx, &reach, narrowed, number).await?;
    Err(denied(&scopes).into())
}

/// What the answer to a cursor of another epoch carries: begin the scope at zero, with this one.
pub(super) fn other_epoch(epoch: Epoch) -> Failure {
    Failure::new(Code::SyncEpoch).with("epoch", epoch.0.to_string())
}

/// The rows of a page as they may lie on a device where not everything may. Where everything may, nobody
/// reads the text again.
pub(super) fn carried(rows: &str, eyes: &Eyes) -> Result<String, Refused> {
    let rows: Vec<PulledRow> = serde_json::from_str(&format!("[{rows}]"))?;
    let mut left = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(record) = eyes.carried(&row.record) {
            left.push(serde_json::to_string(&PulledRow { number: row.number, record })?);
        }
    }
    Ok(left.join(","))
}

/// The collections that some people may read, or `None` for everything, also what we do not know.
pub(super) fn readable(eyes: &Eyes) -> Option<Vec<&'static str>> {
    let all = Collection::all();
    if all.iter().all(|collection| eyes.may_read(collection)) {
        return None;
    }
    Some(
        all.iter()
            .filter(|collection| eyes.may_read(collection))
            .map(|collection| collection.name)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use shuke_domain::{Guards, Role};

    use super::*;

    #[test]
    fn it_pulls_no_customers_and_nothing_unknown() {
        let eyes = |role| Eyes::of(role, Guards::default());
        let only = readable(&eyes(Role::It)).expect("a limited list");
        assert!(only.contains(&"device") && !only.contains(&"customer") && !only.contains(&"sale"));
        assert_eq!(readable(&eyes(Role::Counter)), None);
    }
}
