//! What befalls machines and data folders: they end and begin again, are put back, copied, and written to
//! by somebody else.

use serde_json::{Value, json};
use shuke_domain::{
    Clock, FieldChange, Record, RecordId, Stamp,
    nouns::{Customer, Workspace},
    scope::Visibility,
    wire::{PROTOCOL, PushRequest, PushRow},
};

use crate::{
    act,
    broken::Broken,
    chance::Chance,
    device::Device,
    server::{Letter, Path},
    step::Of,
    template::OFFICE,
    world::{World, failed, outcome},
};

/// Where copies of data folders sit: beyond the seats of the shop.
const COPIES: usize = 5;
const MOST_COPIES: usize = 2;

impl World {
    pub(crate) async fn put_back(&mut self, slot: usize) -> Result<String, Broken> {
        self.all_accounted_for().await?;
        let Some(device) = self.devices.get_mut(&slot) else { return Ok("nobody".into()) };
        let Some(image) = device.kept.clone() else { return Ok("nothing kept".into()) };
        device.replace(&image).await?;
        self.ledger.torn();
        self.forgive_what_nobody_holds().await?;
        Ok("put back".into())
    }

    pub(crate) async fn copy(&mut self, slot: usize) -> Result<String, Broken> {
        let Some(place) =
            (COPIES..COPIES + MOST_COPIES).find(|place| !self.devices.contains_key(place))
        else {
            return Ok("enough copies".into());
        };
        let Some(device) = self.devices.get(&slot) else { return Ok("nobody".into()) };
        let image = device.mounted.disk().image();
        let copy = Device::start(place, &device.seat, &image).await?;
        self.devices.insert(place, copy);
        self.ledger.torn();
        Ok(format!("as {place}"))
    }

    pub(crate) async fn put_back_server(&mut self, announced: bool) -> Result<String, Broken> {
        let Some(image) = self.kept_server.clone() else { return Ok("nothing kept".into()) };
        self.server.disk().heal();
        self.all_accounted_for().await?;
        if announced {
            if let Err(refused) = self.server.restore(&image).await {
                return Err(Broken::new(0, format!("no restore: {refused:?}")));
            }
        } else {
            self.server.replace(&image).await?;
        }
        self.server_put_back = true;
        self.forgive_what_nobody_holds().await?;
        Ok("put back".into())
    }

    /// A push by hand, in the owner's name, from a device that has no store here.
    pub(crate) async fn by_hand(
        &mut self,
        rows: Vec<PushRow>,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        let request = PushRequest { protocol: PROTOCOL, batch: chance.uuid(), nonce: None, rows };
        let letter = Letter {
            slot: usize::MAX,
            token: self.office.token.clone(),
            path: Path::Push,
            body: serde_json::to_vec(&request).unwrap_or_default(),
        };
        let back = self.serve(&letter).await?;
        Ok(outcome(&back))
    }

    pub(crate) async fn erase(
        &mut self,
        id: RecordId,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        let mut record = Record::empty(Customer::COLLECTION.name, id);
        record.erased = true;
        let row =
            PushRow { record, author: self.office.person, changes: Vec::new(), offered: false };
        let came = self.by_hand(vec![row], chance).await?;
        if came == "answered" {
            self.erased.push((Customer::COLLECTION.name.to_owned(), id));
        }
        Ok(came)
    }

    pub(crate) async fn narrow(
        &mut self,
        visibility: Visibility,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        self.narrowed |= visibility != Visibility::Everyone;
        let share = visibility == Visibility::Owner { share_ownerless: true };
        let mut record = Record::empty(Workspace::COLLECTION.name, self.workspace);
        record.stamp = Some(Stamp { clock: Clock::at(self.now), device: OFFICE });
        record.fields.insert("visibility".to_owned(), json!(visibility.as_str()));
        record.fields.insert("share_ownerless".to_owned(), json!(share));
        self.office_writes(record, chance).await
    }

    pub(crate) async fn newer(
        &mut self,
        field: bool,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        self.newer += 1;
        let stamp = Stamp { clock: Clock::at(self.now), device: OFFICE };
        let (collection, id, name) = if field {
            (Customer::COLLECTION.name, act::customer(Of { slot: 0, place: 0 }), "aa_new")
        } else {
            ("noun_of_next_year", RecordId::from_u128(u128::from(self.newer % 2)), "colour")
        };
        let to = json!({ "n": self.newer });
        let mut record = Record::empty(collection, id);
        record.stamp = Some(stamp);
        record.fields.insert(name.to_owned(), to);
        self.office_writes(record, chance).await
    }

    /// A record that the office says anew, in all its fields.
    async fn office_writes(
        &mut self,
        record: Record,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        let change = |(field, to): (&String, &Value)| FieldChange {
            field: field.clone(),
            to: to.clone(),
            ..FieldChange::default()
        };
        let changes = record.fields.iter().map(change).collect();
        let author = self.office.person;
        let row = PushRow { record: record.clone(), author, changes, offered: false };
        let came = self.by_hand(vec![row], chance).await?;
        if came.starts_with("answered") {
            self.ledger.wrote(0, usize::MAX, &record, OFFICE, Clock::default());
        }
        Ok(came)
    }

    pub(crate) async fn reopen(&mut self, slot: usize) -> Result<String, Broken> {
        let Some(device) = self.devices.get_mut(&slot) else { return Ok("nobody".into()) };
        let closed = device.store.close().await;
        let image = device.mounted.disk().end();
        device.replace(&image).await?;
        self.own_writes_are_there(slot).await?;
        Ok(closed.map_or_else(|error| failed(&error), |()| "reopened".into()))
    }

    /// Whoever's disk is gone starts again over what it left.
    pub(crate) async fn raise_the_dead(&mut self) -> Result<(), Broken> {
        if self.server.disk().is_gone() {
            self.server.restart().await?;
        }
        let gone: Vec<usize> = self
            .devices
            .iter()
            .filter(|(_, device)| device.mounted.disk().is_gone())
            .map(|(slot, _)| *slot)
            .collect();
        for slot in gone {
            self.restart(slot).await?;
        }
        Ok(())
    }

    pub(crate) async fn restart(&mut self, slot: usize) -> Result<(), Broken> {
        let Some(device) = self.devices.get_mut(&slot) else { return Ok(()) };
        let image = device.mounted.disk().end();
        device.replace(&image).await?;
        self.own_writes_are_there(slot).await
    }
}
