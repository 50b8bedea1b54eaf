//! Pulling: pages of one scope in the workspace's order, from one moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use shuke_domain::{
    Collection, Eyes, Roles, Scope,
    code::{Code, Failure},
    revocation::Revocation,
    wire::{Epoch, Number, PULL_LIMIT, PullRequest, PulledRow},
};
use uuid::Uuid;

use super::{Service, present, rights::Rights, spoken};
use crate::{Refused, database::DeviceRow};

/// A page, its rows still the text that the database holds.
#[derive(Clone, Debug, PartialEq)]
pub struct PulledPage {
    pub epoch: Epoch,
    pub scope: Scope,
    /// `{"number":…,"record":…},…`
    pub rows: String,
    pub count: u64,
    pub next: Number,
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
            next: Number,
            last: bool,
            remaining: u64,
            now: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            retire: Option<&'a Revocation>,
        }
        let head = Head {
            epoch: self.epoch,
            scope: &self.scope,
            next: self.next,
            last: self.last,
            remaining: self.remaining,
            now: self.now,
            retire: self.retire.as_ref(),
        };
        let head = serde_json::to_string(&head)?;
        let open = head.strip_suffix('}').unwrap_or(&head);
        Ok(format!("{open},\"rows\":[{}]}}", self.rows))
    }
}

/// How much lay beyond a page that was just given out: counting 600,000 rows anew for each of 120
/// pages would cost more than the pages. Only a progress bar reads it; the last page says zero.
#[derive(Clone, Debug, Default)]
pub struct Remaining(Arc<Mutex<HashMap<Place, u64>>>);

/// A cursor, and whose rights it reads with.
type Place = (Uuid, Scope, Number, Roles);

/// First syncs that go on at once and are remembered.
const REMEMBERED: usize = 256;

impl Remaining {
    fn take(&self, key: &Place) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }

    fn put(&self, key: Place, beyond: u64) {
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
        spoken(request.protocol)?;
        let limit = if request.limit == 0 { PULL_LIMIT } else { request.limit.min(PULL_LIMIT) };
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let eyes = Rights::of(&mut tx, device, &workspace, []).await?.eyes(&HashMap::new());
        let only = readable(&eyes);
        let only = only.as_deref();
        let wrong_epoch = request.epoch.is_some_and(|epoch| epoch != workspace.epoch);
        // A cursor beyond the order is of another life too: a backup was put back and nobody said so.
        if wrong_epoch || request.after > workspace.number {
            return Err(other_epoch(workspace.epoch).into());
        }
        let page = tx.page(&request.scope, request.after, limit, only).await?;
        let end = page.end.unwrap_or(request.after);
        let key = |number| (workspace.epoch.0, request.scope.clone(), number, eyes.roles());
        let beyond = if page.count == 0 {
            0
        } else {
            match self.remaining.take(&key(request.after)) {
                // What was written since is not in it; the next number tells at most how much.
                Some(before) if before > page.count => before - page.count,
                _ => tx.count_records(&request.scope, end, only).await?,
            }
        };
        let retire = self.asked_to_retire(&mut tx, &workspace, device).await?;
        tx.commit().await?;
        let rows = if eyes.is_narrow() { carried(&page.rows, &eyes)? } else { page.rows };
        let last = beyond == 0;
        if !last {
            self.remaining.put(key(end), beyond);
        }
        Ok(PulledPage {
            epoch: workspace.epoch,
            scope: request.scope.clone(),
            rows,
            count: page.count,
            // Nothing of this scope lies between its last row and the order's end.
            next: if last { workspace.number } else { end },
            last,
            remaining: beyond,
            now: self.now(),
            retire,
        })
    }
}

/// What the answer to a cursor of another epoch carries: begin the scope at zero, with this one.
pub(super) fn other_epoch(epoch: Epoch) -> Failure {
    Failure::new(Code::SyncEpoch).with("epoch", epoch.0.to_string())
}

/// The rows of a page as they may lie on a device where not everything may. Where everything may, nobody
/// reads the text again.
fn carried(rows: &str, eyes: &Eyes) -> Result<String, Refused> {
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
fn readable(eyes: &Eyes) -> Option<Vec<&'static str>> {
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
