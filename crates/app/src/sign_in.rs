//! Who stands at the till: locked, signed in by PIN, switched, and let in again by the recovery words.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{Code, Failure, Record, RecordId, Role, Roles, nouns::Person, pin, rights};
use shuke_keys::{KeyStore, Pepper, RecoveryPhrase};
use ts_rs::TS;

use crate::{
    App, Event, Session, contract, envelope,
    home::{self, HomeState},
    settings,
};

/// Who may sign in here, for the lock screen: names and nothing else.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Switcher {
    pub people: Vec<MaySignIn>,
    /// Who is in.
    pub person: Option<RecordId>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct MaySignIn {
    pub id: RecordId,
    pub name: String,
    pub role: Role,
    pub has_pin: bool,
    /// Until when the next try waits; in the past where it does not.
    pub wait_until: Option<i64>,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "a PIN belongs in no log")]
#[ts(export_to = "app.ts", optional_fields)]
pub struct SignIn {
    pub person: RecordId,
    pub pin: Option<String>,
}

#[derive(Deserialize, TS)]
#[expect(missing_debug_implementations, reason = "the words belong in no log")]
#[ts(export_to = "app.ts")]
pub struct Recover {
    /// An owner.
    pub person: RecordId,
    pub words: String,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct LockAfter {
    /// Nothing: never by itself.
    pub minutes: Option<i64>,
}

/// A note in the file: minutes until this device locks by itself.
const LOCK_AFTER: &str = "lock_after";

pub async fn switcher(app: &App, (): ()) -> Result<Switcher, Failure> {
    let session = app.behind_lock().await?;
    let mut people = Vec::new();
    for person in session.people_here().await? {
        let tries = session.store.pin_tries(person.id).await?;
        people.push(MaySignIn {
            id: person.id,
            name: person.text("name").unwrap_or_default().to_owned(),
            role: rights::role_of(&person),
            has_pin: verifier(&person).is_some(),
            wait_until: i64::try_from(tries.until).ok().filter(|until| *until > 0),
        });
    }
    Ok(Switcher { people, person: session.gate.person() })
}

pub(crate) fn verifier(person: &Record) -> Option<&str> {
    person.text("pin").filter(|pin| !pin.is_empty())
}

pub async fn sign_in(app: &App, request: SignIn) -> Result<HomeState, Failure> {
    let session = app.behind_lock().await?;
    let here = session.people_here().await?;
    let person = here.iter().find(|person| person.id == request.person);
    let person = person.ok_or_else(|| not_here(request.person))?;
    let verifier = verifier(person).map(str::to_owned);
    match &verifier {
        Some(verifier) => {
            let typed = request.pin.as_deref().unwrap_or_default();
            check(&session, person.id, typed, verifier).await?;
        }
        // Without a PIN one is in where nobody has one; among people who have, one is nobody.
        None if session.gate.is_guarded() => {
            return Err(
                Failure::new(Code::PinNone).with("name", person.text("name").unwrap_or_default())
            );
        }
        None => {}
    }
    session.gate.sign_in(person.id, verifier);
    entered(app)?;
    home::state(app, ()).await
}

pub(crate) fn not_here(person: RecordId) -> Failure {
    Failure::new(Code::PersonNotFound).with("id", person.to_string())
}

/// Whoever comes or goes changes what every view may show.
fn entered(app: &App) -> Result<(), Failure> {
    app.announce(Event::Touched(contract::every_tag()));
    Ok(())
}

/// Checks a typed PIN. Each try is counted before it is looked at, and waits by the highest time ever seen.
pub(crate) async fn check(
    session: &Session,
    person: RecordId,
    typed: &str,
    verifier: &str,
) -> Result<(), Failure> {
    if !pin::is_pin(typed) {
        return Err(Failure::new(Code::PinInvalid));
    }
    let now = session.time().await?;
    let tries = session.store.pin_tries(person).await?;
    if tries.wrong >= pin::TRIES {
        return Err(Failure::new(Code::PinBlocked));
    }
    if tries.until > now {
        return Err(waiting(tries.until, now));
    }
    let pepper = pepper(&home::keys_of(session)?).await?;
    let tries = session.store.count_pin_try(person, pin::wait_after, now).await?;
    session.keep_time().await?;
    let (typed, verifier) = (typed.to_owned(), verifier.to_owned());
    let fits = tokio::task::spawn_blocking(move || pepper.fits(&typed, &verifier))
        .await
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    if fits {
        return Ok(session.store.forget_pin_tries(person).await?);
    }
    if tries.wrong >= pin::TRIES {
        return Err(Failure::new(Code::PinBlocked));
    }
    if tries.until > now {
        return Err(waiting(tries.until, now));
    }
    Err(Failure::new(Code::PinWrong))
}

fn waiting(until: u64, now: u64) -> Failure {
    let seconds = until.saturating_sub(now).div_ceil(1_000);
    Failure::new(Code::PinWait).with("seconds", seconds).with("until", until)
}

/// Locks the app; where nobody has a PIN it opens again by itself.
pub async fn sign_out(app: &App, (): ()) -> Result<HomeState, Failure> {
    let session = app.behind_lock().await?;
    if session.gate.is_guarded() {
        session.gate.sign_out();
        entered(app)?;
    }
    home::state(app, ()).await
}

/// An owner who forgot the PIN comes in by the recovery words, which open everything anyway. The PIN goes by that.
pub async fn recover(app: &App, request: Recover) -> Result<HomeState, Failure> {
    let session = app.behind_lock().await?;
    let typed = RecoveryPhrase::parse(&request.words).map_err(home::key_failure)?;
    let sealed = envelope::sealed_key(home::folder_of(&session))?
        .ok_or_else(|| Failure::new(Code::KeyMissing))?;
    typed.open(&sealed).map_err(home::key_failure)?;
    let here = session.people_here().await?;
    let owner = here
        .iter()
        .find(|person| person.id == request.person && rights::role_of(person) == Role::Owner)
        .ok_or_else(|| not_here(request.person))?;
    session.gate.sign_in(owner.id, None);
    let mut write = session.write().await?;
    write.set(Person::COLLECTION, owner.id, [("pin", Value::Null)], session.author()).await?;
    session.commit(write).await?;
    session.store.forget_pin_tries(owner.id).await?;
    session.look().await?;
    session.gate.sign_in(owner.id, None);
    entered(app)?;
    home::state(app, ()).await
}

/// After how many minutes without a touch this device locks by itself.
pub async fn set_lock_after(app: &App, request: LockAfter) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::LEAD).await?;
    let minutes = request.minutes.filter(|minutes| *minutes > 0).map(|minutes| minutes.min(240));
    note_lock_after(&session, minutes).await?;
    settings::carry(&session).await?;
    app.announce(Event::Touched(vec!["team".to_owned(), "settings".to_owned()]));
    Ok(())
}

pub(crate) async fn note_lock_after(
    session: &Session,
    minutes: Option<i64>,
) -> Result<(), Failure> {
    let text = minutes.map(|minutes| minutes.to_string());
    Ok(session.store.set_meta(LOCK_AFTER, text.as_deref()).await?)
}

pub(crate) async fn lock_after(session: &Session) -> Result<Option<i64>, Failure> {
    let minutes = session.store.meta(LOCK_AFTER).await?.and_then(|text| text.parse().ok());
    Ok(minutes.filter(|_| session.gate.is_guarded()))
}

/// A pepper of its own for a workspace that begins here.
pub(crate) async fn make_pepper(keys: &KeyStore) -> Result<Pepper, Failure> {
    let pepper = Pepper::generate().map_err(home::key_failure)?;
    keys.set(home::PEPPER, &pepper.to_secret()).await.map_err(home::key_failure)?;
    Ok(pepper)
}

pub(crate) async fn pepper(keys: &KeyStore) -> Result<Pepper, Failure> {
    let secret = keys.get(home::PEPPER).await.map_err(home::key_failure)?;
    secret.as_ref().and_then(Pepper::from_secret).ok_or_else(|| Failure::new(Code::PepperMissing))
}
