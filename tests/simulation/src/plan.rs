//! From a seed to a history: which steps there are, drawn before any of them is taken.

use shuke_domain::scope::Visibility;

use crate::{
    chance::Chance,
    disk::Fault,
    step::{Act, Net, Node, Of, Step},
};

/// A history that can be run, and run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub seed: u64,
    /// Which seats of the shop take part.
    pub seats: Vec<usize>,
    /// Each step with its number: what it draws for itself does not change when others are left out.
    pub steps: Vec<(usize, Step)>,
}

/// How much of the worst there is in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Weather {
    network: bool,
    disks: bool,
    clocks: bool,
    copies: bool,
    restores: bool,
    scopes: bool,
}

/// Fields that are set: known ones, one that only a newer version knows, and a unit of two.
const FIELDS: &[&str] = &["name", "phone", "remarks", "birthday", "zz_new", "consent"];

/// In minutes.
const DAY: i64 = 24 * 60;

impl History {
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 1);
        let mut seats = vec![0, 1];
        for seat in 2..crate::template::ROLES.len() {
            if chance.once_in(3) {
                seats.push(seat);
            }
        }
        let weather = Weather {
            network: !chance.once_in(3),
            disks: chance.once_in(2),
            clocks: chance.once_in(3),
            copies: chance.once_in(3),
            restores: chance.once_in(3),
            scopes: chance.once_in(3),
        };
        let length = 15 + chance.below(40);
        let mut drawing = Drawing { chance, seats: seats.clone(), weather };
        let mut steps = Vec::new();
        while steps.len() < length {
            steps.extend(drawing.some());
        }
        let steps = steps.into_iter().enumerate().collect();
        Self { seed, seats, steps }
    }
}

struct Drawing {
    chance: Chance,
    seats: Vec<usize>,
    weather: Weather,
}

impl Drawing {
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.chance.below(of.len())]
    }

    fn device(&mut self) -> usize {
        let seats = self.seats.clone();
        self.pick(&seats)
    }

    /// Few enough that devices often meet at one.
    fn of(&mut self) -> Of {
        Of { slot: self.device(), place: self.chance.below(2) }
    }

    /// Mostly one step; sometimes a few that belong together, where chance alone would rarely meet.
    fn some(&mut self) -> Vec<Step> {
        let (one, other, of) = (self.device(), self.device(), self.of());
        let write = |device, field| Step::Write { device, act: Act::Set(of, field) };
        match self.chance.below(40) {
            // Two who know the same customer change it, and their messages meet at the server.
            0 | 3 | 4 if one != other => vec![
                Step::Round { device: one },
                Step::Round { device: other },
                write(one, "name"),
                write(other, "remarks"),
                Step::Both { one, other },
            ],
            // Who has a change waiting hears that its customer was erased.
            1 => vec![
                Step::Round { device: one },
                write(one, "name"),
                Step::Erase(of),
                Step::Round { device: one },
            ],
            // A message is held up until its device has sent another one and has its answer.
            2 if self.weather.network => vec![
                Step::Round { device: one },
                Step::Write { device: one, act: Act::NewCustomer(of.place) },
                Step::Sync { device: one, net: Net::Late, page: 5_000 },
                Step::Round { device: one },
                Step::Arrive,
                Step::Write { device: one, act: Act::NewCustomer(of.place) },
                Step::Round { device: one },
            ],
            // The server forgets what one device knows to be safe, and goes on with what another writes.
            5 | 6 if self.weather.restores => vec![
                Step::Round { device: one },
                Step::KeepServer,
                write(one, "phone"),
                Step::Write { device: one, act: Act::NewCustomer(of.place) },
                Step::Round { device: one },
                Step::PutBackServer { announced: self.chance.once_in(2) },
                Step::Write { device: other, act: Act::NewCustomer(of.place) },
                Step::Write { device: other, act: Act::NewTask(of, of.place) },
                Step::Round { device: other },
                Step::Round { device: one },
            ],
            // An old data folder goes on as if nothing had been, with a change that waits in it.
            7 | 8 if self.weather.copies => vec![
                Step::Round { device: one },
                write(one, "phone"),
                Step::Keep { device: one },
                Step::Round { device: one },
                Step::Write { device: one, act: Act::NewTask(of, of.place) },
                Step::Round { device: one },
                Step::PutBack { device: one },
                Step::Write { device: one, act: Act::NewCustomer(of.place) },
                Step::Round { device: one },
            ],
            // Stamps of a clock that is ahead come twice, as the answer is lost: set back to one place.
            9 | 10 if self.weather.network && self.weather.clocks => vec![
                Step::Round { device: one },
                Step::Clock { device: one, minutes: self.pick(&[6, 3 * DAY, 365 * DAY]) },
                Step::Write { device: one, act: Act::NewCustomer(of.place) },
                Step::Sync { device: one, net: Net::AnswerLost, page: 5_000 },
                Step::Wait { minutes: 1 },
                Step::Round { device: one },
            ],
            // Somebody else's customer from now on; who knew them may have a change waiting.
            11 | 12 if self.weather.scopes => {
                let own = Of { slot: one, place: of.place };
                let (narrowed, moving) = (self.visibility(), self.moving(own));
                vec![
                    Step::Write { device: one, act: Act::NewCustomer(of.place) },
                    Step::Write { device: one, act: Act::NewTask(own, of.place) },
                    Step::Round { device: one },
                    Step::Round { device: other },
                    Step::Narrow(narrowed),
                    Step::Write { device: other, act: Act::Set(own, "remarks") },
                    Step::Write { device: one, act: moving },
                    Step::Round { device: one },
                    Step::Round { device: other },
                ]
            }
            _ => vec![self.step()],
        }
    }

    fn visibility(&mut self) -> Visibility {
        self.pick(&[
            Visibility::Everyone,
            Visibility::Store,
            Visibility::Store,
            Visibility::Owner { share_ownerless: true },
            Visibility::Owner { share_ownerless: false },
        ])
    }

    fn moving(&mut self, of: Of) -> Act {
        match self.chance.below(4) {
            0 | 1 => Act::Move(of, self.chance.below(2)),
            2 => Act::Give(of, self.device()),
            _ => Act::Share(of, self.device()),
        }
    }

    fn step(&mut self) -> Step {
        let device = self.device();
        if self.weather.scopes && self.chance.once_in(10) {
            let of = self.of();
            return match self.chance.below(3) {
                0 => Step::Narrow(self.visibility()),
                _ => Step::Write { device, act: self.moving(of) },
            };
        }
        match self.chance.below(100) {
            0..38 => Step::Write { device, act: self.act() },
            38..68 => Step::Sync { device, net: self.net(), page: self.page() },
            68..80 => Step::Round { device },
            80..85 => Step::Both { one: device, other: self.device() },
            85..94 => self.trouble(device),
            94 => Step::Wait { minutes: self.pick(&[1, 10, 600, 6000]) },
            95..97 => Step::Erase(self.of()),
            97..99 => Step::Newer { field: self.chance.once_in(2) },
            _ => Step::Reopen { device },
        }
    }

    fn trouble(&mut self, device: usize) -> Step {
        let mut kinds: Vec<u8> = vec![0];
        let Weather { network, disks, clocks, copies, restores, .. } = self.weather;
        kinds.extend(network.then_some(1));
        kinds.extend(disks.then_some(2).into_iter().cycle().take(6));
        kinds.extend(clocks.then_some(3));
        kinds.extend(copies.then_some(4).into_iter().cycle().take(2));
        kinds.extend(restores.then_some(5).into_iter().cycle().take(2));
        match self.pick(&kinds) {
            0 => Step::Round { device },
            1 => Step::Arrive,
            2 => self.disk(),
            3 => {
                let moves = [-120, 6, 3 * DAY, 365 * DAY, -20_000 * DAY, 0];
                Step::Clock { device, minutes: self.pick(&moves) }
            }
            4 => match self.chance.below(5) {
                0 | 1 => Step::Keep { device },
                2 | 3 => Step::PutBack { device },
                _ => Step::Copy { device },
            },
            _ => match self.chance.below(2) {
                0 => Step::KeepServer,
                _ => Step::PutBackServer { announced: self.chance.once_in(2) },
            },
        }
    }

    fn disk(&mut self) -> Step {
        let node = if self.chance.once_in(2) { Node::Server } else { Node::Device(self.device()) };
        match self.chance.below(8) {
            0 => Step::Kill { node },
            1 | 2 => Step::PowerCut { node },
            3 => Step::Heal { node },
            _ => {
                let fault = self.pick(&[
                    Fault::Kill,
                    Fault::Kill,
                    Fault::Cut,
                    Fault::Cut,
                    Fault::Fails,
                    Fault::Torn,
                    Fault::Full,
                ]);
                let after = u32::try_from(self.chance.below(30)).unwrap_or(0);
                Step::Arm { node, after, fault }
            }
        }
    }

    fn net(&mut self) -> Net {
        if !self.weather.network || !self.chance.once_in(3) {
            return Net::Fine;
        }
        self.pick(&[
            Net::Lost,
            Net::Late,
            Net::Late,
            Net::Twice,
            Net::AnswerLost,
            Net::AnswerLost,
            Net::Cut,
            Net::Portal,
            Net::TooLarge,
            Net::TooMany,
            Net::Busy,
        ])
    }

    fn page(&mut self) -> usize {
        self.pick(&[1, 2, 5, 5_000, 5_000])
    }

    fn act(&mut self) -> Act {
        let place = self.chance.below(3);
        match self.chance.below(40) {
            0..8 => Act::NewCustomer(place.min(1)),
            8..20 => Act::Set(self.of(), self.pick_field()),
            20 => Act::Clear(self.of(), self.pick_field()),
            21..23 => Act::Delete(self.of()),
            23 => Act::Revive(self.of()),
            24..26 => Act::Tag(self.of(), place.min(1)),
            26 => Act::Untag(self.of(), place.min(1)),
            27..30 => Act::Sale(self.of(), place),
            30 => Act::Refund(self.of(), place),
            31 => Act::Void(self.of()),
            32..34 => Act::Points(self.of(), place),
            34 => Act::NewTask(self.of(), place),
            35 => Act::Done(self.of()),
            36 => Act::RenameShop,
            37 => Act::RenameProduct,
            38 => Act::Burst(self.of()),
            _ => Act::Set(self.of(), "name"),
        }
    }

    fn pick_field(&mut self) -> &'static str {
        self.pick(FIELDS)
    }
}
