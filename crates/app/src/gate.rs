//! Who is let in: the person who is signed in, where there are PINs, and nobody where the lease is over. Every
//! use case comes through here first, for it asks for [`App::session`](crate::App::session).

use std::sync::{Mutex, PoisonError};

use shuke_domain::{
    Code, Failure, Record, RecordId,
    lease::{self, Lease},
    nouns::Person,
    rights,
};

use crate::{Session, home};

/// What was last found to hold. Looked at again when the team or the sync changed, and each half minute.
#[derive(Debug)]
pub(crate) struct Gate(Mutex<State>);

#[derive(Clone, Debug)]
struct State {
    person: Option<SignedIn>,
    lease: Lease,
    /// Somebody here has a PIN.
    guarded: bool,
    /// The device is about to end: nothing more is written.
    ending: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SignedIn {
    person: RecordId,
    /// What the PIN was checked against: another one since means to ask again.
    pin: Option<String>,
}

/// Why nobody gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    SignedOut,
    LeaseOver(u64),
    Ending,
}

impl Shut {
    pub(crate) fn failure(self) -> Failure {
        match self {
            Shut::SignedOut => Failure::new(Code::PersonSignedOut),
            Shut::LeaseOver(at) => Failure::new(Code::LeaseOver).with("at", at),
            Shut::Ending => Failure::new(Code::DeviceRevoked),
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self(Mutex::new(State {
            person: None,
            lease: Lease::Endless,
            guarded: false,
            ending: false,
        }))
    }
}

impl Gate {
    fn state(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn person(&self) -> Option<RecordId> {
        self.state().person.map(|signed| signed.person)
    }

    pub(crate) fn lease(&self) -> Lease {
        self.state().lease
    }

    pub(crate) fn is_guarded(&self) -> bool {
        self.state().guarded
    }

    /// Why nobody is let in at a time, if nobody is.
    fn shut(&self, now: u64) -> Option<Shut> {
        let state = self.state();
        let over = match state.lease {
            Lease::Over(at) => Some(at),
            Lease::Ending(at) | Lease::Good(at) => (at <= now).then_some(at),
            Lease::Endless => None,
        };
        match (state.ending, over, state.person) {
            (true, ..) => Some(Shut::Ending),
            (_, Some(at), _) => Some(Shut::LeaseOver(at)),
            (.., None) => Some(Shut::SignedOut),
            _ => None,
        }
    }

    pub(crate) fn sign_in(&self, person: RecordId, pin: Option<String>) {
        self.change(|state| state.person = Some(SignedIn { person, pin }));
    }

    pub(crate) fn sign_out(&self) {
        self.change(|state| state.person = None);
    }

    pub(crate) fn end(&self, ending: bool) {
        self.change(|state| state.ending = ending);
    }
}

/// What of a person's record the gate goes by.
fn pin_of(person: &Record) -> Option<String> {
    person.text("pin").filter(|pin| !pin.is_empty()).map(str::to_owned)
}

impl Session {
    /// Why nobody is let in, if nobody is. Asks memory only: every click comes by here.
    pub(crate) fn shut(&self) -> Option<Shut> {
        self.gate.shut(self.seen.look(self.about_now()))
    }

    /// The people who may sign in on this device: enrolled here, and still at work.
    pub(crate) async fn people_here(&self) -> Result<Vec<Record>, Failure> {
        let mut people = self.store.enrolled().await?;
        people.retain(rights::is_at_work);
        Ok(people)
    }

    /// Looks again at who is let in. `true` where something changed.
    pub(crate) async fn look(&self) -> Result<bool, Failure> {
        let people = self.people_here().await?;
        let guarded = people.iter().any(|person| pin_of(person).is_some());
        let lease = self.read_lease().await?;
        // Just joined: the person's own record comes with the first pull.
        let is_new = self.store.record(Person::COLLECTION, self.identity.person).await?.is_none();
        let before = self.gate.state();
        let stays = before.person.clone().filter(|signed| {
            let record = people.iter().find(|person| person.id == signed.person);
            match record {
                Some(record) => pin_of(record) == signed.pin || signed.pin.is_none(),
                None => is_new && signed.person == self.identity.person,
            }
        });
        let own = || {
            let here = people.iter().any(|person| person.id == self.identity.person);
            (!guarded && (here || is_new))
                .then_some(SignedIn { person: self.identity.person, pin: None })
        };
        let person = stays.or_else(own);
        let changed = person != before.person || lease != before.lease || guarded != before.guarded;
        self.gate.change(|state| {
            state.person = person;
            state.lease = lease;
            state.guarded = guarded;
        });
        Ok(changed)
    }

    /// How it stands with the lease, by the highest time ever seen.
    async fn read_lease(&self) -> Result<Lease, Failure> {
        if self.server.is_none() {
            return Ok(Lease::Endless);
        }
        let contact = self.store.meta(home::CONTACT).await?.and_then(|text| text.parse().ok());
        let seen = self.time().await?;
        if let Some(contact) = contact {
            let heard = self.heard.swap(contact, std::sync::atomic::Ordering::SeqCst);
            if contact > heard && heard > 0 {
                // The server has just said what time it is: a clock that was once ahead is forgiven.
                self.seen.trust(contact.max(self.now().await?));
            }
        }
        let days = self.workspace().await?.lease_days;
        let seen = if contact.is_some() { self.time().await? } else { seen };
        Ok(lease::lease(days, contact, seen))
    }

    /// The highest time ever seen, in milliseconds: for what a clock that is set back must not lengthen.
    pub(crate) async fn time(&self) -> Result<u64, Failure> {
        Ok(self.seen.look(self.now().await?))
    }

    /// Writes the highest time down, so that it outlives the app.
    pub(crate) async fn keep_time(&self) -> Result<(), Failure> {
        let seen = self.time().await?;
        Ok(self.store.set_meta(home::TIME_SEEN, Some(&seen.to_string())).await?)
    }
}
