//! History of one record, on demand: devices hold their own part of it, the server all.

use shuke_domain::{
    Collection, Failure, FieldChange, Role,
    code::Code,
    history::kept_since,
    nouns::Workspace,
    scope::Reach,
    wire::{HISTORY_LIMIT, HistoryReply, HistoryRequest, HistoryRow},
};

use super::{Service, present, reach::reach_of, spoken};
use crate::{Refused, database::DeviceRow};

impl Service {
    pub async fn history(
        &self,
        device: &DeviceRow,
        request: &HistoryRequest,
    ) -> Result<HistoryReply, Refused> {
        spoken(request.protocol)?;
        if !may_read(&request.collection, device.role) {
            return Err(Failure::new(Code::RightMissing)
                .with("role", device.role.as_str())
                .with("collection", request.collection.as_str())
                .into());
        }
        let limit =
            if request.limit == 0 { HISTORY_LIMIT } else { request.limit.min(HISTORY_LIMIT) };
        let mut tx = self.database.read().await?;
        let workspace = present(&mut tx).await?;
        let key = (request.collection.clone(), request.id);
        if let Some(narrowed) = workspace.scoping.in_force {
            let reach = reach_of(&mut tx, device, narrowed).await?;
            let lying = tx.lying(std::slice::from_ref(&key)).await?;
            let lies = lying.get(&key).and_then(|lies| lies.get(&narrowed.generation));
            if reach != Reach::Whole && !lies.is_some_and(|places| reach.sees(places)) {
                return Err(Failure::new(Code::RecordNotFound)
                    .with("id", request.id.to_string())
                    .into());
            }
        }
        let found =
            tx.history(&key, request.before, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
        let rules = (Workspace::COLLECTION.name.to_owned(), workspace.id);
        let records = tx.records(std::slice::from_ref(&rules)).await?;
        tx.commit().await?;
        let days = records.get(&rules).and_then(|stored| stored.record.int("history_days"));
        let next = found.last().filter(|_| found.len() == limit).map(|row| row.place);
        let mut rows = Vec::with_capacity(found.len());
        for chained in found {
            let change = chained.change;
            let changes: Vec<FieldChange> = serde_json::from_str(&change.fields)?;
            // Erased, or older than the owner keeps.
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
fn may_read(collection: &str, role: Role) -> bool {
    match Collection::find(collection) {
        Some(collection) => collection.may_read(role),
        None => Collection::all().iter().all(|collection| collection.may_read(role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_how_devices_came_about_and_not_customers() {
        assert!(may_read("device", Role::It) && may_read("customer", Role::Counter));
        assert!(!may_read("customer", Role::It) && !may_read("from_the_future", Role::It));
    }
}
