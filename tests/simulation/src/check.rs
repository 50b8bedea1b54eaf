//! The seven promises, asked after each history and wherever a machine came back to life.

use std::collections::{BTreeMap, HashSet};

use shuke_domain::{DeviceId, Role};
use shuke_store::StoreError;

use crate::{
    broken::Broken,
    chance::Chance,
    held::{Holdings, Key},
    step::{Act, Of, Step},
    template::device_id,
    world::World,
};

/// Rounds of everybody within which every queue must be empty once the faults stop.
const PATIENCE: usize = 12;

impl World {
    /// Stops all faults, lets everybody sync until nothing moves, and asks for each promise.
    pub async fn end(&mut self) -> Result<(), Broken> {
        self.calm_down().await?;
        self.settle_the_server().await?;
        self.let_go_whom_the_server_forgot().await?;
        self.converge().await?;
        self.show_the_copies().await?;
        let held = self.same_rights_same_data().await?;
        self.nothing_lost(&held)?;
        self.erased_stays_erased(&held)?;
        self.one_identity_each().await
    }

    async fn calm_down(&mut self) -> Result<(), Broken> {
        self.server.disk().heal();
        for device in self.devices.values() {
            device.mounted.disk().heal();
        }
        while let Some(letter) = self.deliver_late() {
            self.serve_late(&letter).await?;
        }
        Ok(())
    }

    /// A device that joined or took a new identity after the backup was made is a stranger to the server
    /// that was put back: a person has to enrol it anew, and until then it keeps what it has.
    async fn let_go_whom_the_server_forgot(&mut self) -> Result<(), Broken> {
        if !self.server_put_back {
            return Ok(());
        }
        let slots: Vec<usize> = self.devices.keys().copied().collect();
        for slot in slots {
            let (came, _) = self.round(slot, &mut Chance::of(self.now, slot as u64)).await?;
            if came.contains("token.unknown") {
                self.devices.remove(&slot);
            }
        }
        self.forgive_what_nobody_holds().await
    }

    /// The server puts every record where it belongs, as it does in the background.
    async fn settle_the_server(&self) -> Result<(), Broken> {
        for _ in 0..1_000 {
            match self.server.service().rescope().await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(refused) => return Err(Broken::new(7, format!("no scopes: {refused:?}"))),
            }
        }
        Err(Broken::new(7, "the server never has every record in its place"))
    }

    async fn converge(&mut self) -> Result<(), Broken> {
        let slots: Vec<usize> = self.devices.keys().copied().collect();
        let mut last = BTreeMap::new();
        for turn in 0..PATIENCE {
            let before = self.server.number().await?;
            let mut quiet = true;
            for slot in &slots {
                let mut chance =
                    Chance::of(before.0.unsigned_abs(), 77 + (turn * 100 + slot) as u64);
                self.now += 1_000;
                self.server.set_time(self.now);
                let (came, done) = self.round(*slot, &mut chance).await?;
                let waiting = self.waiting(*slot).await?;
                quiet &= done && waiting.is_empty();
                last.insert(*slot, (came, waiting));
            }
            if quiet && self.server.number().await? == before {
                self.trace.line(&format!("quiet after {turn} turns at {}", before.0));
                return Ok(());
            }
        }
        Err(Broken::new(7, format!("no quiet after {PATIENCE} rounds of everybody: {last:?}")))
    }

    /// A copy that only reads is nobody's trouble; one that writes must be found, by its second push.
    async fn show_the_copies(&mut self) -> Result<(), Broken> {
        for turn in 0..3 {
            let shared = self.shared_identities().await?;
            if shared.is_empty() {
                break;
            }
            for slot in shared {
                let number = 100_000 + turn * 100 + slot;
                let act = Act::NewTask(Of { slot: 0, place: 0 }, 50 + turn);
                self.step(number, Step::Write { device: slot, act }).await?;
                self.step(number, Step::Round { device: slot }).await?;
            }
        }
        self.converge().await
    }

    /// The devices that are not alone under their id.
    async fn shared_identities(&self) -> Result<Vec<usize>, Broken> {
        let mut known: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for slot in self.devices.keys() {
            if let Some(id) = self.identity(*slot).await? {
                known.entry(id).or_default().push(*slot);
            }
        }
        Ok(known.into_values().filter(|slots| slots.len() > 1).flatten().collect())
    }

    /// Two machines must not say different things under one stamp: whoever takes a new identity
    /// takes it for what waits too.
    pub(crate) async fn took_its_writes_along(
        &self,
        slot: usize,
        before: DeviceId,
    ) -> Result<(), Broken> {
        let Some(device) = self.devices.get(&slot) else { return Ok(()) };
        let (Ok(now), Ok(waiting)) =
            (device.store.device().await, device.store.outgoing(0, 10_000).await)
        else {
            return Ok(());
        };
        for row in waiting.into_iter().map(|waits| waits.row).filter(|row| !row.offered) {
            let changed = row.changes.iter().filter_map(|change| change.stamp);
            let whole = row.record.stamp.filter(|_| row.changes.is_empty());
            if now != before && changed.chain(whole).any(|stamp| stamp.device == before) {
                let what = format!("device {slot} goes on in the name of {before}: {row:?}");
                return Err(Broken::new(4, what));
            }
        }
        Ok(())
    }

    /// What waits in a device's outbox.
    pub(crate) async fn waiting(&self, slot: usize) -> Result<HashSet<Key>, Broken> {
        let Some(device) = self.devices.get(&slot) else { return Ok(HashSet::new()) };
        let waiting = device.store.waiting(10_000).await;
        let waiting =
            waiting.map_err(|error| Broken::new(1, format!("device {slot}: {error:?}")))?;
        Ok(waiting.into_iter().map(|change| (change.collection, change.id)).collect())
    }

    async fn same_rights_same_data(&mut self) -> Result<Holdings, Broken> {
        self.settle_the_server().await?;
        let sight = self.sight().await?;
        let server = sight.holdings();
        let slots: Vec<usize> = self.devices.keys().copied().collect();
        let mut first: Option<String> = None;
        for slot in slots {
            let (text, held) = self.holdings(slot).await?;
            let Some(device) = self.devices.get(&slot) else { continue };
            let (role, person) = (device.seat.role, device.seat.person);
            let own = self.identity(slot).await?.unwrap_or_else(|| device_id(slot));
            let may = sight.due(person, own, role);
            // What somebody wrote about a customer whom they never saw stays with them.
            let astray =
                |key: &&Key| !sight.may_hold(&may, key) && !held.is_about_nobody_here(key, own);
            if let Some(key) = held.0.keys().find(astray) {
                let what =
                    format!("device {slot}, of {}, holds {} {}", role.as_str(), key.0, key.1);
                return Err(Broken::new(5, what));
            }
            let mut due = server.clone();
            due.0.retain(|key, record| sight.is_due(&may, key, record));
            let mut held = held;
            held.0.retain(|key, record| sight.is_due(&may, key, record));
            if let Some(difference) = held.difference(&due) {
                let what = format!("device {slot} against the server: {difference}");
                return Err(Broken::new(3, what));
            }
            if !may.is_whole() {
                self.nothing_is_left_behind(slot, &held).await?;
            } else if role != Role::It {
                match &first {
                    Some(first) if *first != text => {
                        return Err(Broken::new(
                            3,
                            format!("device {slot}: the same in other bytes"),
                        ));
                    }
                    _ => first = Some(text),
                }
            }
        }
        self.trace.line(&format!("{} records", server.0.len()));
        self.trace.line(first.as_deref().unwrap_or_default());
        Ok(server)
    }

    /// Whoever left a device left its search too, and what stays is whole there.
    async fn nothing_is_left_behind(&self, slot: usize, held: &Holdings) -> Result<(), Broken> {
        let Some(device) = self.devices.get(&slot) else { return Ok(()) };
        let unread = |error: StoreError| Broken::new(5, format!("device {slot}: {error:?}"));
        let customers = held.0.keys().filter(|key| key.0 == "customer").count();
        for word in ["客", "s", "13800"] {
            let found = device.store.search(word, 1_000).await.map_err(unread)?.len();
            if found > customers {
                let what = format!("device {slot} finds {found} customers and holds {customers}");
                return Err(Broken::new(5, what));
            }
        }
        let findings = device.store.examine(false, self.now).await.map_err(unread)?;
        match findings.iter().find(|finding| finding.count > 0) {
            Some(finding) => {
                let what = format!("device {slot}: {} {}", finding.count, finding.what);
                Err(Broken::new(5, what))
            }
            None => Ok(()),
        }
    }

    fn nothing_lost(&self, held: &Holdings) -> Result<(), Broken> {
        for entry in &self.ledger.entries {
            if self.ledger.stands(entry, held) || self.ledger.is_aside(entry) {
                continue;
            }
            if self.ledger.is_refused(entry.slot, &entry.key) {
                self.told_about(&entry.key, held)?;
                continue;
            }
            return Err(Broken::new(4, format!("lost: {entry:?}")));
        }
        Ok(())
    }

    /// A refused write comes back to its author as a task.
    fn told_about(&self, key: &Key, held: &Holdings) -> Result<(), Broken> {
        let id = key.1.to_string();
        let names = |record: &serde_json::Value| {
            record.pointer("/fields/details/id").and_then(serde_json::Value::as_str) == Some(&id)
        };
        if key.0 == "task" || held.0.iter().any(|(key, record)| key.0 == "task" && names(record)) {
            return Ok(());
        }
        Err(Broken::new(4, format!("{} {id} was refused and nobody was told", key.0)))
    }

    /// Unless the server forgot it and nobody told: a restore by its own command erases again.
    fn erased_stays_erased(&self, held: &Holdings) -> Result<(), Broken> {
        let back = self.erased.iter().find(|key| !held.is_erased(key));
        match back.filter(|_| !self.server_put_back) {
            Some(key) => Err(Broken::new(4, format!("{} {} was erased and is back", key.0, key.1))),
            None => Ok(()),
        }
    }

    async fn one_identity_each(&self) -> Result<(), Broken> {
        let shared = self.shared_identities().await?;
        for slot in self.devices.keys() {
            let own = Some(device_id(*slot));
            if !self.ledger.is_torn() && !self.server_put_back && self.identity(*slot).await? != own
            {
                let what = format!("device {slot} was taken for a copy, and there was none");
                return Err(Broken::new(7, what));
            }
        }
        if shared.is_empty() {
            return Ok(());
        }
        Err(Broken::new(4, format!("devices {shared:?} go by one id")))
    }

    /// After a machine came back: all it reported as saved is there, and waits for the server or is
    /// safe with it.
    pub(crate) async fn own_writes_are_there(&self, slot: usize) -> Result<(), Broken> {
        let own: Vec<_> = self.ledger.entries.iter().filter(|entry| entry.slot == slot).collect();
        if own.is_empty() {
            return Ok(());
        }
        let (_, held) = self.holdings(slot).await?;
        let waiting = self.waiting(slot).await?;
        let mut server = None;
        for entry in own {
            if self.ledger.is_refused(slot, &entry.key) || self.ledger.is_aside(entry) {
                continue;
            }
            let here = self.ledger.stands(entry, &held);
            // What went to another store's people is not here any more, but where it belongs.
            let left = self.narrowed && !held.0.contains_key(&entry.key);
            if !here && (!left || waiting.contains(&entry.key)) {
                return Err(Broken::new(1, format!("saved and gone: {entry:?}")));
            }
            if waiting.contains(&entry.key) || self.server_put_back {
                continue;
            }
            if server.is_none() {
                server = Some(self.servers().await?);
            }
            if !server.as_ref().is_some_and(|server| self.ledger.stands(entry, server)) {
                return Err(Broken::new(2, format!("neither waiting nor safe: {entry:?}")));
            }
        }
        Ok(())
    }

    /// Every copy of what is written down, wherever it lies.
    async fn everywhere(&self) -> Result<Vec<Holdings>, Broken> {
        let mut all = vec![self.servers().await?];
        for slot in self.devices.keys() {
            all.push(self.holdings(*slot).await?.1);
        }
        Ok(all)
    }

    /// Before something is thrown away: so far, everything is somewhere.
    pub(crate) async fn all_accounted_for(&self) -> Result<(), Broken> {
        let all = self.everywhere().await?;
        let lost = self.ledger.entries.iter().find(|entry| {
            !self.ledger.is_refused(entry.slot, &entry.key)
                && !self.ledger.is_aside(entry)
                && !all.iter().any(|held| self.ledger.stands(entry, held))
        });
        match lost {
            Some(entry) => Err(Broken::new(4, format!("nobody holds {entry:?}"))),
            None => Ok(()),
        }
    }

    /// After something was thrown away: what nobody holds any more nobody can bring back.
    pub(crate) async fn forgive_what_nobody_holds(&mut self) -> Result<(), Broken> {
        let all = self.everywhere().await?;
        let mut entries = std::mem::take(&mut self.ledger.entries);
        entries.retain(|entry| all.iter().any(|held| self.ledger.stands(entry, held)));
        self.ledger.entries = entries;
        Ok(())
    }
}
