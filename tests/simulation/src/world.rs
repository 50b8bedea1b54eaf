//! One history, taken step by step.

use std::collections::{BTreeMap, VecDeque};

use shuke_domain::{
    DeviceId, RecordId,
    wire::{PushReply, PushRequest, RowOutcome},
};
use shuke_store::StoreError;
use shuke_sync::{Answer, Trouble, engine::clock_offset};

use crate::{
    act::{self, Who},
    broken::Broken,
    chance::Chance,
    device::{Device, Wire},
    disk::Image,
    held::{Holdings, Key},
    ledger::Ledger,
    plan::History,
    server::{Letter, Path, Server},
    sight::Sight,
    step::{Net, Node, Step},
    template::{MORNING, Office, ROLES, Template},
    trace::Trace,
};

/// Everything there is.
#[derive(Debug)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) now: u64,
    pub(crate) server: Server,
    pub(crate) devices: BTreeMap<usize, Device>,
    pub(crate) ledger: Ledger,
    /// Messages that nobody waits for any more.
    late: VecDeque<Letter>,
    pub(crate) kept_server: Option<Image>,
    /// Who looks at the whole, erases, and speaks for newer apps: a device without a store.
    pub(crate) office: Office,
    pub(crate) workspace: RecordId,
    people: [RecordId; ROLES.len()],
    pub(crate) trace: Trace,
    pub(crate) newer: u64,
    /// What somebody with the right to it erased, as the server confirmed.
    pub(crate) erased: Vec<Key>,
    /// Whether the server lost what it had confirmed: what devices keep is not in the outbox then,
    /// until they notice.
    pub(crate) server_put_back: bool,
    /// Whether the owner ever chose that not everyone sees everyone's.
    pub(crate) narrowed: bool,
}

impl World {
    pub async fn begin(
        history: &History,
        template: &Template,
        trace: Trace,
    ) -> Result<Self, Broken> {
        let seed = history.seed;
        let server = Server::start(&template.server, Chance::of(seed, 2).bits(), MORNING).await?;
        let mut devices = BTreeMap::new();
        for slot in &history.seats {
            let Some(seat) = template.seats.get(*slot) else { continue };
            devices.insert(*slot, Device::start(*slot, seat, &seat.image).await?);
        }
        Ok(Self {
            seed,
            now: MORNING,
            server,
            devices,
            ledger: Ledger::default(),
            late: VecDeque::new(),
            kept_server: None,
            office: template.office.clone(),
            workspace: template.workspace,
            people: std::array::from_fn(|slot| {
                template.seats.get(slot).map_or(template.office.person, |seat| seat.person)
            }),
            narrowed: false,
            trace,
            newer: 0,
            erased: Vec::new(),
            server_put_back: false,
        })
    }

    /// Takes one step, and says what came of it.
    pub async fn step(&mut self, number: usize, step: Step) -> Result<(), Broken> {
        self.now += 250;
        self.server.set_time(self.now);
        let mut chance = Chance::of(self.seed, 1_000 + number as u64);
        let came = self.take(number, step, &mut chance).await?;
        self.trace.line(&format!("{number:3} {step:?}: {came}"));
        self.raise_the_dead().await
    }

    async fn take(
        &mut self,
        number: usize,
        step: Step,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        Ok(match step {
            Step::Write { device, act } => self.write(device, number, act).await?,
            Step::Sync { device, net, page } => self.sync(device, net, page, chance).await?,
            Step::Round { device } => self.round(device, chance).await?.0,
            Step::Both { one, other } => self.both(one, other, chance).await?,
            Step::Arrive => match self.late.pop_front() {
                Some(letter) => outcome(&self.serve(&letter).await?),
                None => "nothing".into(),
            },
            Step::Arm { node, after, fault } => {
                if let Some(disk) = self.disk(node) {
                    disk.arm(after, fault, chance.bits());
                }
                "armed".into()
            }
            Step::Heal { node } => {
                if let Some(disk) = self.disk(node) {
                    disk.heal();
                }
                "well".into()
            }
            Step::Kill { node } => {
                match node {
                    Node::Server => self.server.restart().await?,
                    Node::Device(slot) => self.restart(slot).await?,
                }
                "killed".into()
            }
            Step::PowerCut { node } => {
                if let Some(disk) = self.disk(node) {
                    disk.cut(chance.bits());
                }
                "dark".into()
            }
            Step::Reopen { device } => self.reopen(device).await?,
            Step::Keep { device } => {
                if let Some(device) = self.devices.get_mut(&device) {
                    device.kept = Some(device.mounted.disk().image());
                }
                "kept".into()
            }
            Step::PutBack { device } => self.put_back(device).await?,
            Step::Copy { device } => self.copy(device).await?,
            Step::KeepServer => {
                self.kept_server = Some(self.server.disk().image());
                "kept".into()
            }
            Step::PutBackServer { announced } => self.put_back_server(announced).await?,
            Step::Clock { device, minutes } => {
                if let Some(device) = self.devices.get_mut(&device) {
                    device.skew = minutes * 60_000;
                }
                "set".into()
            }
            Step::Wait { minutes } => {
                self.now += minutes * 60_000;
                self.server.set_time(self.now);
                "waited".into()
            }
            Step::Erase(of) => self.erase(act::customer(of), chance).await?,
            Step::Narrow(visibility) => self.narrow(visibility, chance).await?,
            Step::Newer { field } => self.newer(field, chance).await?,
        })
    }

    fn disk(&self, node: Node) -> Option<&crate::disk::Disk> {
        match node {
            Node::Server => Some(self.server.disk()),
            Node::Device(slot) => self.devices.get(&slot).map(|device| device.mounted.disk()),
        }
    }

    async fn write(
        &mut self,
        slot: usize,
        number: usize,
        act: crate::step::Act,
    ) -> Result<String, Broken> {
        let Some(device) = self.devices.get(&slot) else { return Ok("nobody".into()) };
        let store = &device.store;
        let before = async {
            let offset = clock_offset(store).await.unwrap_or_default();
            Ok::<_, StoreError>((store.clock().await?, store.device().await?, offset))
        };
        let (since, own, offset) = match before.await {
            Ok(before) => before,
            Err(error) => return Ok(failed(&error)),
        };
        let who = Who {
            slot,
            person: device.seat.person,
            store: device.seat.store,
            people: self.people,
            now: device.clock(self.now).saturating_add_signed(offset),
            step: number,
        };
        let touched = match act::perform(store, who, act).await {
            Ok(touched) => touched,
            Err(error) => return Ok(failed(&error)),
        };
        for (collection, id) in &touched {
            match store.record(collection, *id).await {
                Ok(Some(stored)) => {
                    self.ledger.wrote(number, slot, &stored.record, own, since);
                }
                Ok(None) => {
                    let what = format!("{} {id} was saved and is not there", collection.name);
                    return Err(Broken::new(1, what));
                }
                Err(error) => return Ok(failed(&error)),
            }
        }
        Ok(format!("{} records", touched.len()))
    }

    /// Half a message.
    pub(crate) async fn sync(
        &mut self,
        slot: usize,
        net: Net,
        page: usize,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        let Some(device) = self.devices.get_mut(&slot) else { return Ok("nobody".into()) };
        if matches!(device.wire, Wire::Back(..)) {
            return self.take_in(slot).await;
        }
        let letter = match device.ask(chance.uuid(), page).await {
            Ok(Some(letter)) => letter,
            Ok(None) => return Ok("done".into()),
            Err(trouble) => {
                device.wire = Wire::Idle;
                return Ok(trouble_in(&trouble));
            }
        };
        let back = self.carry(&letter, net, chance).await?;
        let came = format!("{:?} {}", letter.path, outcome(&back));
        if let Some(device) = self.devices.get_mut(&slot) {
            device.wire = Wire::Back(letter.path, back);
        }
        Ok(came)
    }

    /// Carries a message to the server and its answer back, as the network pleases.
    async fn carry(
        &mut self,
        letter: &Letter,
        net: Net,
        chance: &mut Chance,
    ) -> Result<Result<Vec<u8>, Trouble>, Broken> {
        let lost = || Err(Trouble::Unreachable(None));
        Ok(match net {
            Net::Fine => self.serve(letter).await?,
            Net::Lost => lost(),
            Net::Late => {
                self.late.push_back(letter.clone());
                lost()
            }
            Net::Twice => {
                let _ = self.serve(letter).await?;
                self.serve(letter).await?
            }
            Net::AnswerLost => {
                let _ = self.serve(letter).await?;
                lost()
            }
            Net::Cut => self.serve(letter).await?.map(|mut body| {
                body.truncate(chance.below(body.len()));
                body
            }),
            Net::Portal => Err(Trouble::of(302, None, None)),
            Net::TooLarge => Err(Trouble::of(413, None, None)),
            Net::TooMany => Err(Trouble::of(429, Some(5), None)),
            Net::Busy => Err(Trouble::of(503, None, None)),
        })
    }

    pub(crate) async fn serve(
        &mut self,
        letter: &Letter,
    ) -> Result<Result<Vec<u8>, Trouble>, Broken> {
        let answer = self.server.serve(letter).await;
        self.heard(letter, answer).await
    }

    /// Looks over the server's shoulder: what it answered, whether or not the answer arrives.
    async fn heard(
        &mut self,
        letter: &Letter,
        answer: Result<Vec<u8>, Trouble>,
    ) -> Result<Result<Vec<u8>, Trouble>, Broken> {
        if self.server.disk().is_gone() {
            self.server.restart().await?;
            // Whether it answered before it died nobody knows.
            return Ok(answer.and(Err(Trouble::Unreachable(None))));
        }
        if let (Path::Push, Ok(body)) = (letter.path, &answer) {
            let reply: PushReply = read(body)?;
            let request: PushRequest = read(&letter.body)?;
            for (row, answer) in request.rows.iter().zip(&reply.rows) {
                for (original, became) in &answer.clamped {
                    if !self.ledger.clamped(*original, *became) {
                        let what = format!("{original} was set back twice, to two places");
                        return Err(Broken::new(4, what));
                    }
                }
                if row.offered && answer.outcome == RowOutcome::PutAside {
                    self.ledger.put_aside(&row.record);
                } else if matches!(answer.outcome, RowOutcome::Denied | RowOutcome::PutAside) {
                    let key = (row.record.collection.to_string(), row.record.id);
                    self.ledger.refused(letter.slot, key);
                }
            }
        }
        Ok(answer)
    }

    /// The device takes in what came back.
    async fn take_in(&mut self, slot: usize) -> Result<String, Broken> {
        let Some(device) = self.devices.get_mut(&slot) else { return Ok("nobody".into()) };
        let now = device.clock(self.now);
        let before = device.store.device().await.ok();
        let Wire::Back(path, back) = std::mem::replace(&mut device.wire, Wire::Between) else {
            return Ok("nothing came back".into());
        };
        let segment = device.segment.take();
        let answer = back.and_then(|body| {
            let stranger = |_| Trouble::Stranger;
            Ok(match path {
                Path::Push => Answer::Pushed(serde_json::from_slice(&body).map_err(stranger)?),
                Path::Pull => Answer::Pulled(serde_json::from_slice(&body).map_err(stranger)?),
                Path::List => Answer::Listed(serde_json::from_slice(&body).map_err(stranger)?),
                Path::Segment => {
                    let asked = segment.ok_or(Trouble::Stranger)?;
                    Answer::Fetched(asked.received(asked.had.len() as u64, &body))
                }
                Path::Renew => Answer::Renewed(serde_json::from_slice(&body).map_err(stranger)?),
            })
        });
        let goes_on = match answer {
            Ok(answer) => device.engine.answer(&device.store, answer, now).await.map(|()| true),
            Err(trouble) => match device.engine.failed(&device.store, &trouble).await {
                Ok(true) => Ok(true),
                Ok(false) => Err(trouble),
                Err(worse) => Err(worse),
            },
        };
        match goes_on {
            Ok(_) => {
                if let (Path::Renew, Some(before)) = (path, before) {
                    self.took_its_writes_along(slot, before).await?;
                }
                Ok("taken in".into())
            }
            Err(trouble) => {
                device.wire = Wire::Idle;
                Ok(trouble_in(&trouble))
            }
        }
    }

    /// A whole round; `true` where it came to its end.
    pub(crate) async fn round(
        &mut self,
        slot: usize,
        chance: &mut Chance,
    ) -> Result<(String, bool), Broken> {
        // Whatever was under way is dropped, as by a program that begins anew.
        if let Some(device) = self.devices.get_mut(&slot) {
            device.wire = Wire::Idle;
        }
        for _ in 0..400 {
            let came = self.sync(slot, Net::Fine, 5_000, chance).await?;
            let Some(device) = self.devices.get(&slot) else { return Ok((came, true)) };
            if matches!(device.wire, Wire::Idle) {
                let done = came == "done";
                return Ok((came, done));
            }
        }
        Err(Broken::new(7, format!("a round of device {slot} does not end")))
    }

    async fn both(
        &mut self,
        one: usize,
        other: usize,
        chance: &mut Chance,
    ) -> Result<String, Broken> {
        if one == other {
            return self.sync(one, Net::Fine, 5_000, chance).await;
        }
        let mut letters = Vec::new();
        for slot in [one, other] {
            let Some(device) = self.devices.get_mut(&slot) else { continue };
            if matches!(device.wire, Wire::Back(..)) {
                continue;
            }
            match device.ask(chance.uuid(), 5_000).await {
                Ok(letter) => letters.extend(letter),
                Err(_) => device.wire = Wire::Idle,
            }
        }
        let [a, b] = letters.as_slice() else {
            for letter in &letters {
                let back = self.serve(letter).await?;
                self.put_on_wire(letter, back);
            }
            return Ok("one only".into());
        };
        let (first, second) = tokio::join!(self.server.serve(a), self.server.serve(b));
        let gone = self.server.disk().is_gone();
        let mut came = String::new();
        for (letter, back) in [(a, first), (b, second)] {
            let back = if gone { Err(Trouble::Unreachable(None)) } else { back };
            let back = self.heard(letter, back).await?;
            came.push_str(&outcome(&back));
            self.put_on_wire(letter, back);
        }
        Ok(came)
    }

    fn put_on_wire(&mut self, letter: &Letter, back: Result<Vec<u8>, Trouble>) {
        if let Some(device) = self.devices.get_mut(&letter.slot) {
            device.wire = Wire::Back(letter.path, back);
        }
    }

    /// What a device holds.
    pub(crate) async fn holdings(&self, slot: usize) -> Result<(String, Holdings), Broken> {
        let Some(device) = self.devices.get(&slot) else { return Ok(<_>::default()) };
        let mut text = String::new();
        let dumped = device
            .store
            .dump(|line| {
                text.push_str(line);
                text.push('\n');
                Ok(())
            })
            .await;
        dumped
            .map_err(|error| Broken::new(1, format!("device {slot} cannot be read: {error:?}")))?;
        let held = Holdings::of(&text);
        Ok((text, held))
    }

    /// What the server holds.
    pub(crate) async fn servers(&self) -> Result<Holdings, Broken> {
        Ok(self.sight().await?.holdings())
    }

    /// The same, to ask who may hold what.
    pub(crate) async fn sight(&self) -> Result<Sight, Broken> {
        Ok(Sight::of(self.server.records(&self.office.token).await?, self.workspace))
    }

    /// Whose id a device goes by.
    pub(crate) async fn identity(&self, slot: usize) -> Result<Option<DeviceId>, Broken> {
        let Some(device) = self.devices.get(&slot) else { return Ok(None) };
        let id = device.store.device().await;
        id.map(Some).map_err(|error| Broken::new(1, format!("device {slot}: {error:?}")))
    }

    pub(crate) fn deliver_late(&mut self) -> Option<Letter> {
        self.late.pop_front()
    }

    pub(crate) async fn serve_late(&mut self, letter: &Letter) -> Result<(), Broken> {
        self.serve(letter).await.map(drop)
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Broken> {
    serde_json::from_slice(body).map_err(|error| Broken::new(0, format!("unreadable: {error}")))
}

pub(crate) fn failed(error: &StoreError) -> String {
    format!("failed, {error:?}")
}

fn trouble_in(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Store(error) => format!("trouble, {error:?}"),
        trouble => format!("trouble, {trouble}"),
    }
}

pub(crate) fn outcome(back: &Result<Vec<u8>, Trouble>) -> String {
    match back {
        Ok(_) => "answered".into(),
        Err(trouble) => trouble_in(trouble),
    }
}
