//! A window with an empty page: what the bench holds the start and the weight of Shuke's own against.
//!
//! The page is one, and not `about:blank`: for that WebKit starts no process to draw it.

use tauri::{Url, WebviewUrl, WebviewWindowBuilder, http::Response};

const PAGE: &[u8] = b"<!doctype html><title>Empty</title>";

fn main() -> tauri::Result<()> {
    let page = Url::parse("empty://localhost/").map_err(tauri::Error::InvalidUrl)?;
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let mut reply = Response::new(PAGE.to_vec());
            let kind = tauri::http::HeaderValue::from_static("text/html");
            reply.headers_mut().insert(tauri::http::header::CONTENT_TYPE, kind);
            reply
        })
        .setup(move |app| {
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::CustomProtocol(page))
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
