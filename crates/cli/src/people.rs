//! The team: listed, added, invited, given PINs and roles, gone; and who acts here.

use std::io::IsTerminal as _;

use clap::Subcommand;
use serde_json::{Value, json};
use shuke_app::{
    App, Code, Failure,
    customer::Id,
    people::{self, Add, EditPerson, Invite, Invited, Leave, LetIn, PersonRow, SetPin},
    sign_in::{self, SignIn},
    team,
};

use crate::{
    figure,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum People {
    /// Everyone, with role, store and what waits for them.
    List,
    /// Add somebody to the team.
    Add {
        #[arg(long)]
        name: String,
        /// owner, manager, counter, rep, service, it, `read_only`.
        #[arg(long)]
        role: String,
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
        /// Lets them sign in on this device; asks for their PIN.
        #[arg(long)]
        here: bool,
    },
    /// Another name, role or store.
    Edit {
        person: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        role: Option<String>,
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
    },
    /// A code for one more device, for a role, or for somebody of the team.
    Invite {
        #[arg(long, required_unless_present = "person")]
        role: Option<String>,
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
    },
    /// Set one's own PIN, or reset another's; asks for it, or reads `SHUKE_NEW_PIN`.
    Pin {
        person: String,
        /// Take the PIN away.
        #[arg(long)]
        clear: bool,
    },
    /// Let somebody sign in on this device, or no longer.
    Here {
        person: String,
        #[arg(long)]
        no: bool,
    },
    /// Somebody leaves; their customers and open tasks go to another.
    Leave {
        person: String,
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
        /// Take a leaving back.
        #[arg(long, conflicts_with = "to")]
        undo: bool,
    },
}

/// Who acts: by name, with the PIN where there is one. Without a name whoever was enrolled, where nobody has a PIN.
pub(crate) async fn act_as(app: &App, name: Option<&str>) -> Result<(), Failure> {
    let Ok(switcher) = sign_in::switcher(app, ()).await else {
        // No shop yet, or nothing to sign in to.
        return Ok(());
    };
    let person = match name {
        Some(name) => switcher
            .people
            .iter()
            .find(|person| person.name == name || person.id.to_string() == name)
            .ok_or_else(|| Failure::new(Code::PersonNotFound).with("name", name))?,
        None => return Ok(()),
    };
    if switcher.person == Some(person.id) {
        return Ok(());
    }
    let pin = if person.has_pin { Some(secret("SHUKE_PIN", "PIN: ")?) } else { None };
    sign_in::sign_in(app, SignIn { person: person.id, pin }).await?;
    Ok(())
}

/// From the environment, else typed unseen.
fn secret(variable: &str, prompt: &str) -> Result<String, Failure> {
    if let Ok(found) = std::env::var(variable) {
        return Ok(found.trim().to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(Code::PinInvalid));
    }
    rpassword::prompt_password(prompt)
        .map(|typed| typed.trim().to_owned())
        .map_err(|error| Failure::new(Code::PinInvalid).because(error))
}

async fn person(app: &App, name: &str) -> Result<PersonRow, Failure> {
    let people = people::list(app, ()).await?;
    let named =
        people.into_iter().find(|person| person.name == name || person.id.to_string() == name);
    named.ok_or_else(|| Failure::new(Code::PersonNotFound).with("name", name))
}

async fn store(app: &App, name: Option<&str>) -> Result<Option<Value>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let team = team::show(app, ()).await?;
    let found = team.stores.iter().find(|store| store.name == name || store.id.to_string() == name);
    let missing = || Failure::new(Code::StoreNotFound).with("store", name);
    Ok(Some(json!(found.ok_or_else(missing)?.id)))
}

/// A request of the command table, from what was typed.
fn request<T: serde::de::DeserializeOwned>(value: Value, field: &str) -> Result<T, Failure> {
    serde_json::from_value(value)
        .map_err(|error| Failure::new(Code::FieldInvalid).with("field", field).because(error))
}

impl People {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            People::List => {
                let people = people::list(app, ()).await?;
                voice.answer(&json!({ "people": people }), &lines(voice, &people))
            }
            People::Add { name, role, store: at, here } => {
                let store = store(app, at.as_deref()).await?;
                let pin = if here { Some(secret("SHUKE_NEW_PIN", "PIN: ")?) } else { None };
                let typed =
                    json!({ "name": name, "role": role, "store": store, "pin": pin, "here": here });
                let added = people::add(app, request::<Add>(typed, "role")?).await?;
                done(voice, added, "cli:people.added", &name)
            }
            People::Edit { person: who, name, role, store: at } => {
                let found = person(app, &who).await?;
                let store = store(app, at.as_deref()).await?;
                let typed = json!({ "id": found.id, "name": name, "role": role, "store": store });
                let edited = people::edit(app, request::<EditPerson>(typed, "role")?).await?;
                done(voice, edited, "cli:people.edited", &found.name)
            }
            People::Invite { role, store: at, person: who } => {
                let store = store(app, at.as_deref()).await?;
                let found = match &who {
                    Some(who) => Some(person(app, who).await?),
                    None => None,
                };
                let role = found.as_ref().map(|found| json!(found.role)).or(role.map(Value::from));
                let typed = json!({
                    "role": role, "store": store, "person": found.map(|found| found.id),
                });
                let invited = people::invite(app, request::<Invite>(typed, "role")?).await?;
                show_code(voice, &invited, "cli:people.invited")
            }
            People::Pin { person: who, clear } => {
                let found = person(app, &who).await?;
                let pin = if clear { None } else { Some(secret("SHUKE_NEW_PIN", "PIN: ")?) };
                people::set_pin(app, SetPin { person: found.id, pin }).await?;
                done(voice, Id { id: found.id }, "cli:people.pin", &found.name)
            }
            People::Here { person: who, no } => {
                let found = person(app, &who).await?;
                people::let_in(app, LetIn { person: found.id, here: !no }).await?;
                done(voice, Id { id: found.id }, "cli:people.edited", &found.name)
            }
            People::Leave { person: who, to, undo } => {
                let found = person(app, &who).await?;
                if undo {
                    let back = people::undo_leave(app, Id { id: found.id }).await?;
                    return done(voice, back, "cli:people.edited", &found.name);
                }
                let to = match &to {
                    Some(to) => Some(person(app, to).await?.id),
                    None => None,
                };
                let left = people::leave(app, Leave { id: found.id, to }).await?;
                let line = voice.text(
                    "cli:people.left",
                    &[
                        ("name", &found.name),
                        ("customers", &figure::count(left.customers)),
                        ("tasks", &figure::count(left.tasks)),
                    ],
                );
                voice.answer(&json!(left), &[line])
            }
        }
    }
}

fn done(voice: Voice, id: Id, key: &str, name: &str) -> Result<(), Stop> {
    voice.answer(&json!({ "id": id.id }), &[voice.text(key, &[("name", name)])])
}

fn lines(voice: Voice, people: &[PersonRow]) -> Vec<String> {
    let rows: Vec<Vec<String>> = people
        .iter()
        .map(|person| {
            let role = voice.text(&format!("nouns:role.{}", person.role.as_str()), &[]);
            let left = person.left_at.map(|_| voice.text("cli:people.gone", &[]));
            vec![
                person.name.clone(),
                left.unwrap_or(role),
                person.store_name.clone().unwrap_or_default(),
                person.id.to_string(),
            ]
        })
        .collect();
    table::lines(&[Lean::Left; 4], &rows)
}

/// A code, and under it what it is for and until when.
pub(crate) fn show_code(voice: Voice, invited: &Invited, word: &str) -> Result<(), Stop> {
    let expires_at = figure::moment(Some(invited.expires_at));
    let until = voice.text(word, &[("at", expires_at.as_str().unwrap_or_default())]);
    voice.answer(
        &json!({ "code": invited.code, "expires_at": expires_at }),
        &[invited.code.clone(), until],
    )
}
