//! HTTP to one server. Follows no redirect, believes no page that is not ours.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{Stream, StreamExt as _};
use reqwest::{StatusCode, header, redirect::Policy};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use shuke_domain::{
    DeviceId,
    wire::{
        AsideReply, DevicesReply, Done, EndRequest, EnrolReply, EnrolRequest, HistoryReply,
        HistoryRequest, InviteReply, InviteRequest, ListRequest, Nudge, PullReply, PullRequest,
        PushReply, PushRequest, RenewReply, RenewRequest, RetireReply, RetireRequest,
        SegmentsReply, SettleRequest,
    },
};

use crate::{
    listening::Listening,
    pinned,
    segment::{Fetched, SegmentAsk},
    trouble::Trouble,
};

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

    /// Which segments lie ready.
    pub async fn segments(&self, request: &PullRequest) -> Result<SegmentsReply, Trouble> {
        self.post("/v1/segments", request).await
    }

    /// The rest of a segment, or as much of it as comes before the line is cut.
    pub async fn segment(&self, asked: &SegmentAsk) -> Result<Fetched, Trouble> {
        let had = asked.had.len() as u64;
        let mut url = reqwest::Url::parse(&format!("{}/v1/segment", self.url))
            .map_err(|error| Trouble::Unreachable(Some(error.into())))?;
        url.query_pairs_mut()
            .append_pair("scope", asked.request.scope.as_str())
            .append_pair("digest", &asked.segment.digest);
        // Its bytes are counted: nobody on the way may pack them otherwise.
        let request = self
            .authorised(self.client.get(url))
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::RANGE, format!("bytes={had}-"));
        let response = request.send().await.map_err(unreachable)?;
        let response = checked(response, &["application/zstd"]).await?;
        let from = if response.status() == StatusCode::PARTIAL_CONTENT { had } else { 0 };
        let (bytes, cut) = up_to(response, asked.segment.length.saturating_sub(from)).await?;
        if bytes.is_empty() {
            return Err(cut.unwrap_or(Trouble::Unreachable(None)));
        }
        // Unpacking is work for the other core, beside what is written meanwhile.
        let asked = asked.clone();
        let fetched = tokio::task::spawn_blocking(move || asked.received(from, &bytes)).await;
        fetched.map_err(|error| Trouble::Unreachable(Some(error.into())))
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
        let response = checked(response.map_err(unreachable)?, &["text/event-stream"]).await?;
        let mut listening = Listening::default();
        let bounded = response.bytes_stream().map(move |piece| {
            let piece = piece.map_err(unreachable)?;
            if listening.hears(&piece) { Ok(piece) } else { Err(Trouble::Stranger) }
        });
        let said = bounded.eventsource().map(|event| {
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
        let response = checked(request.send().await.map_err(unreachable)?, &[JSON]).await?;
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

const JSON: &str = "application/json";

/// The most that an answer may weigh once unpacked: eight times a page of a pull.
const ANSWER_LIMIT: u64 = 64 * 1024 * 1024;

/// An answer's body. One without end is none.
async fn whole(response: reqwest::Response) -> Result<Vec<u8>, Trouble> {
    let (body, cut) = up_to(response, ANSWER_LIMIT).await?;
    cut.map_or(Ok(body), Err)
}

/// What came of a body, and how it was cut where it was. More than the limit is no answer.
async fn up_to(
    response: reqwest::Response,
    limit: u64,
) -> Result<(Vec<u8>, Option<Trouble>), Trouble> {
    let mut pieces = response.bytes_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => return Ok((body, Some(unreachable(error)))),
        };
        if (body.len() + piece.len()) as u64 > limit {
            return Err(Trouble::Stranger);
        }
        body.extend_from_slice(&piece);
    }
    Ok((body, None))
}

/// Lets success pass; everything else becomes the trouble it is. A `200` in HTML, a redirect or a
/// bare `401` comes from something in between and destroys nothing.
async fn checked(
    response: reqwest::Response,
    wanted: &[&str],
) -> Result<reqwest::Response, Trouble> {
    let status = response.status();
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let is = |kinds: &[&str]| {
        let kind = header(header::CONTENT_TYPE).unwrap_or_default();
        kinds.iter().any(|wanted| kind.starts_with(wanted))
    };
    if status.is_success() {
        return if is(wanted) { Ok(response) } else { Err(Trouble::Stranger) };
    }
    let seconds = header(header::RETRY_AFTER).and_then(|value| value.parse().ok());
    let body = if is(&[JSON]) { whole(response).await.ok() } else { None };
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
