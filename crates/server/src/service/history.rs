//! History of one record, on demand: devices hold their own part of it, the server all.

use std::collections::HashMap;

use shuke_domain::{
    Collection, Eyes, Failure, FieldChange,
    code::Code,
    history::kept_since,
    nouns::Workspace,
    rights::Sight,
    scope::Reach,
    wire::{HISTORY_LIMIT, HistoryReply, HistoryRequest, HistoryRow},
};

use super::{Service, present, rights::Rights, spoken};
use crate::{Refused, database::DeviceRow};

impl Service {
    pub async fn history(
        &self,
        device: &DeviceRow,
        request: &HistoryRequest,
    ) -> Result<HistoryReply, Refused> {
        spoken(request.protocol)?;
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let rights = Rights::of(&mut tx, device, &workspace, []).await?;
        let eyes = rights.eyes(&HashMap::new());
        if !may_read(&request.collection, &eyes) {
            return Err(Failure::new(Code::RightMissing)
                .with("role", device.role.as_str())
                .with("collection", request.collection.as_str())
                .into());
        }
        let limit =
            if request.limit == 0 { HISTORY_LIMIT } else { request.limit.min(HISTORY_LIMIT) };
        let missing = || Failure::new(Code::RecordNotFound).with("id", request.id.to_string());
        let key = (request.collection.clone(), request.id);
        if let Some(narrowed) = workspace.scoping.in_force {
            let reach = rights.reach(&HashMap::new(), narrowed.visibility);
            let lying = tx.lying(std::slice::from_ref(&key)).await?;
            let lies = lying.get(&key).and_then(|lies| lies.get(&narrowed.generation));
            if reach != Reach::Whole && !lies.is_some_and(|places| reach.sees(places)) {
                return Err(missing().into());
            }
        }
        let found =
            tx.history(&key, request.before, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
        let rules = (Workspace::COLLECTION.name.to_owned(), workspace.id);
        let records = tx.records(&[rules.clone(), key.clone()]).await?;
        tx.commit().await?;
        if records.get(&key).is_some_and(|stored| !eyes.may_read_record(&stored.record)) {
            return Err(missing().into());
        }
        let days = records.get(&rules).and_then(|stored| stored.record.int("history_days"));
        let next = found.last().filter(|_| found.len() == limit).map(|row| row.place);
        let mut rows = Vec::with_capacity(found.len());
        for chained in found {
            let change = chained.change;
            let mut changes: Vec<FieldChange> = serde_json::from_str(&change.fields)?;
            if let Some(collection) = Collection::find(&request.collection) {
                changes.retain(|change| eyes.sight(collection, &change.field) != Sight::Hidden);
            }
            // Erased, older than the owner keeps, or hidden from them.
            if changes.is_empty() {
                continue;
            }
            rows.push(HistoryRow {
                stamp: change.stamp,
                author: change.author,
                device: change.device,
                at: change.at,
                changes,
            });
        }
        Ok(HistoryReply { rows, next, kept_since: kept_since(self.now(), days), now: self.now() })
    }
}

/// Who may read records may read how they came about; what we do not know only who may read all.
fn may_read(collection: &str, eyes: &Eyes) -> bool {
    match Collection::find(collection) {
        Some(collection) => eyes.may_read(collection),
        None => Collection::all().iter().all(|collection| eyes.may_read(collection)),
    }
}

#[cfg(test)]
mod tests {
    use shuke_domain::{Guards, Role};

    use super::*;

    #[test]
    fn it_reads_how_devices_came_about_and_not_customers() {
        let eyes = |role| Eyes::of(role, Guards::default());
        let (it, counter) = (eyes(Role::It), eyes(Role::Counter));
        assert!(may_read("device", &it) && may_read("customer", &counter));
        assert!(!may_read("customer", &it) && !may_read("from_the_future", &it));
    }
}
