//! HTTP to one server. Follows no redirect, believes no page that is not ours.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{Stream, StreamExt as _};
use reqwest::{header::RETRY_AFTER, redirect::Policy};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use shuke_domain::{
    DeviceId,
    wire::{
        AsideReply, DevicesReply, Done, EndRequest, EnrolReply, EnrolRequest, HistoryReply,
        HistoryRequest, InviteReply, InviteRequest, ListRequest, Nudge, PullReply, PullRequest,
        PushReply, PushRequest, RenewReply, RenewRequest, RetireReply, RetireRequest,
        SettleRequest,
    },
};

use crate::{pinned, trouble::Trouble};

/// Where the server is and how to know it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Server {
    pub url: String,
    /// SHA-256 of its certificate; `None` on loopback and for public certificates.
    pub fingerprint: Option<String>,
}

/// A client for one server, with or without a device's token.
#[derive(Clone)]
pub struct Connection {
    client: reqwest::Client,
    url: String,
    /// Shared, because a copied data folder changes its token while it runs.
    token: Arc<Mutex<Option<String>>>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Connection {
    pub fn new(server: &Server, token: Option<String>) -> Result<Self, Trouble> {
        if !is_protected(&server.url) {
            return Err(Trouble::Stranger);
        }
        // Fails where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(8))
            .read_timeout(Duration::from_secs(45))
            .pool_idle_timeout(Duration::from_secs(60))
            .user_agent(concat!("shuke/", env!("CARGO_PKG_VERSION")));
        if let Some(fingerprint) = &server.fingerprint {
            let config = pinned::config(fingerprint)
                .map_err(|error| Trouble::Unreachable(Some(error.into())))?;
            builder = builder.tls_backend_preconfigured(config);
        }
        let client = builder.build().map_err(|error| Trouble::Unreachable(Some(error.into())))?;
        let url = server.url.trim_end_matches('/').to_owned();
        Ok(Self { client, url, token: Arc::new(Mutex::new(token)) })
    }

    pub async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, Trouble> {
        self.post("/v1/enrol", request).await
    }

    pub async fn push(&self, request: &PushRequest) -> Result<PushReply, Trouble> {
        self.post("/v1/push", request).await
    }

    pub async fn pull(&self, request: &PullRequest) -> Result<PullReply, Trouble> {
        self.post("/v1/pull", request).await
    }

    /// A code for one more device.
    pub async fn invite(&self, request: &InviteRequest) -> Result<InviteReply, Trouble> {
        self.post("/v1/invite", request).await
    }

    pub async fn devices(&self, request: &ListRequest) -> Result<DevicesReply, Trouble> {
        self.post("/v1/devices", request).await
    }

    /// Another device is lost, or no longer needed.
    pub async fn end(&self, request: &EndRequest) -> Result<Done, Trouble> {
        self.post("/v1/devices/end", request).await
    }

    /// This device ends.
    pub async fn retire(&self, request: &RetireRequest) -> Result<RetireReply, Trouble> {
        self.post("/v1/retire", request).await
    }

    /// What lies in quarantine.
    pub async fn asides(&self, request: &ListRequest) -> Result<AsideReply, Trouble> {
        self.post("/v1/aside", request).await
    }

    pub async fn settle_aside(&self, request: &SettleRequest) -> Result<Done, Trouble> {
        self.post("/v1/aside/settle", request).await
    }

    pub async fn renew(&self, request: &RenewRequest) -> Result<RenewReply, Trouble> {
        self.post("/v1/renew", request).await
    }

    pub async fn history(&self, request: &HistoryRequest) -> Result<HistoryReply, Trouble> {
        self.post("/v1/history", request).await
    }

    /// Goes on with the token of a new identity.
    pub(crate) fn become_device(&self, device: DeviceId) {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        *token = token.take().map(|token| renewed(&token, &[device]));
    }

    /// What the server says while it is connected: "scope X is at N".
    pub async fn events(
        &self,
    ) -> Result<impl Stream<Item = Result<Nudge, Trouble>> + use<>, Trouble> {
        use eventsource_stream::Eventsource as _;
        let response =
            self.authorised(self.client.get(format!("{}/v1/events", self.url))).send().await;
        let response = checked(response.map_err(unreachable)?).await?;
        let said = response.bytes_stream().eventsource().map(|event| {
            let event = event.map_err(|_| Trouble::Unreachable(None))?;
            // A newer server has more to say than this version listens to.
            if event.event != "scope" {
                return Ok(None);
            }
            serde_json::from_str(&event.data).map(Some).map_err(|_| Trouble::Stranger)
        });
        Ok(said.filter_map(|nudge| std::future::ready(nudge.transpose())))
    }

    fn authorised(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        match token.as_deref() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        request: &Q,
    ) -> Result<A, Trouble> {
        let request =
            self.authorised(self.client.post(format!("{}{path}", self.url)).json(request));
        let response = checked(request.send().await.map_err(unreachable)?).await?;
        let body = whole(response).await?;
        serde_json::from_slice(&body).map_err(|_| Trouble::Stranger)
    }
}

/// The token of a data folder that was copied and took new identities since its own was handed out.
/// Both sides derive it, so that it changes in the same transaction as the identity.
pub fn renewed(token: &str, identities: &[DeviceId]) -> String {
    identities.iter().fold(token.to_owned(), |token, device| {
        let mut hasher = Sha256::new();
        hasher.update(token.as_bytes());
        hasher.update(device.as_bytes());
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

/// Plain HTTP never leaves the machine.
fn is_protected(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => {
            let host = host.trim_matches(['[', ']']);
            host == "localhost"
                || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        _ => false,
    }
}

fn unreachable(error: reqwest::Error) -> Trouble {
    Trouble::Unreachable(Some(error.into()))
}

/// The most that an answer may weigh once unpacked: eight times a page of a pull.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// An answer's body. One without end is none.
async fn whole(response: reqwest::Response) -> Result<Vec<u8>, Trouble> {
    let mut pieces = response.bytes_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(unreachable)?;
        if body.len() + piece.len() > ANSWER_LIMIT {
            return Err(Trouble::Stranger);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// Lets success pass; everything else becomes the trouble it is. A `200` in HTML, a redirect or a
/// bare `401` comes from something in between and destroys nothing.
async fn checked(response: reqwest::Response) -> Result<reqwest::Response, Trouble> {
    let status = response.status();
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let ours = header(reqwest::header::CONTENT_TYPE).is_some_and(|kind| {
        kind.starts_with("application/json") || kind.starts_with("text/event-stream")
    });
    if status.is_success() {
        return if ours { Ok(response) } else { Err(Trouble::Stranger) };
    }
    let seconds = header(RETRY_AFTER).and_then(|value| value.parse().ok());
    let body = if ours { whole(response).await.ok() } else { None };
    Err(Trouble::of(status.as_u16(), seconds, body.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_never_leaves_the_machine() {
        for url in [
            "https://shop.example",
            "http://127.0.0.1:4810",
            "http://[::1]:4810",
            "http://localhost",
        ] {
            assert!(is_protected(url), "{url}");
        }
        for url in ["http://192.168.1.5:4810", "http://shop.example", "ftp://127.0.0.1", "x"] {
            assert!(!is_protected(url), "{url}");
        }
    }
}
