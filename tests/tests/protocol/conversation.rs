//! A recorded conversation, held with the real server: its HTTP over SQLite, at a time that stands still.
//!
//! A step is a code for a role, or one request with what must be heard. `"$name"` stands for what an
//! earlier step kept; `hear` names what must be in the answer, and lets be what else there is.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
    response::Response,
};
use futures_util::StreamExt as _;
use rand::RngCore as _;
use serde::Deserialize;
use serde_json::Value;
use shuke_domain::Role;
use shuke_server::{
    Database, Outside, Refused, Service,
    http::{Shared, router},
};
use tokio::{sync::watch, time::timeout};
use tower::ServiceExt as _;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// 2027-01-15, as the recordings have it.
pub const NOW: u64 = 1_800_000_000_000;

#[derive(Debug)]
struct Standing;

impl Outside for Standing {
    fn now(&self) -> u64 {
        NOW
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        rand::rng().fill_bytes(bytes);
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    say: String,
    /// A code for this role, kept as `code`.
    code: Option<Role>,
    to: Option<String>,
    /// Whose token, by the name under which it was kept.
    #[serde(rename = "as")]
    token: Option<String>,
    #[serde(default)]
    body: Value,
    status: Option<u16>,
    #[serde(default)]
    hear: Value,
    /// Pointers into the answer.
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

/// Holds the conversation from its first step to its last.
pub fn hold(recorded: &str) {
    let steps: Vec<Step> = serde_json::from_str(recorded).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::sqlite(&folder.path().join("server.db"), KEY).await.unwrap();
        let service = Service::new(database.clone(), Arc::new(Standing));
        let (_tell, closing) = watch::channel(false);
        let shared = Shared::new(Arc::new(service.clone()), closing);
        let mut kept = BTreeMap::new();
        for step in steps {
            if let Some(role) = step.code {
                let code = code(&service, role, kept.is_empty()).await;
                kept.insert("code".to_owned(), Value::String(code));
                continue;
            }
            let (status, heard) = say(&shared, &step, &kept).await;
            let told = || format!("{}: {status} {heard:#}", step.say);
            assert_eq!(status, step.status.unwrap_or(200), "{}", told());
            if let Err(missed) = holds(&heard, &filled(&step.hear, &kept)) {
                panic!("{missed}\n{}", told());
            }
            for (name, pointer) in &step.keep {
                let found = heard.pointer(pointer).unwrap_or_else(|| panic!("{}", told()));
                kept.insert(name.clone(), found.clone());
            }
        }
        database.close().await;
    });
}

async fn code(service: &Service, role: Role, first: bool) -> String {
    let invited = if first {
        service.init("熟客小店").await.unwrap()
    } else {
        service.invite(role, None).await.unwrap()
    };
    invited.secret.as_str().to_owned()
}

async fn say(shared: &Shared, step: &Step, kept: &BTreeMap<String, Value>) -> (u16, Value) {
    let path = step.to.as_deref().unwrap();
    let body = filled(&step.body, kept);
    let mut request = if body.is_null() { Request::get(path) } else { Request::post(path) };
    if let Some(name) = &step.token {
        let token = kept[name].as_str().unwrap();
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let response = router(shared.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    if response.headers()[header::CONTENT_TYPE] == "text/event-stream" {
        return (status, first_event(response).await);
    }
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn first_event(response: Response) -> Value {
    let mut stream = response.into_body().into_data_stream();
    let chunk = timeout(Duration::from_secs(5), stream.next()).await.unwrap().unwrap().unwrap();
    let text = String::from_utf8(chunk.to_vec()).unwrap();
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    serde_json::from_str(data).unwrap()
}

/// With what was kept in the places of its names.
fn filled(value: &Value, kept: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(name) => {
                kept.get(name).unwrap_or_else(|| panic!("nothing kept as {name}")).clone()
            }
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, kept)).collect(),
        Value::Object(map) => Value::Object(
            map.iter().map(|(key, value)| (key.clone(), filled(value, kept))).collect(),
        ),
        other => other.clone(),
    }
}

/// Whether everything that is wanted was heard. Lists are whole; maps may hold more, but for the fields
/// of a record, of which none may be added either.
fn holds(heard: &Value, wanted: &Value) -> Result<(), String> {
    match (heard, wanted) {
        (_, Value::Null) => Ok(()),
        (Value::Array(heard), Value::Array(wanted)) if heard.len() == wanted.len() => {
            heard.iter().zip(wanted).try_for_each(|(heard, wanted)| holds(heard, wanted))
        }
        (Value::Object(heard), Value::Object(wanted)) => {
            wanted.iter().try_for_each(|(name, wanted)| match heard.get(name) {
                Some(heard) if name == "fields" && heard != wanted => {
                    Err(format!("heard {heard} and wanted {wanted}"))
                }
                Some(heard) => holds(heard, wanted),
                None => Err(format!("heard no {name}")),
            })
        }
        _ if heard == wanted => Ok(()),
        _ => Err(format!("heard {heard} and wanted {wanted}")),
    }
}
