//! A window with nothing in it: what the bench holds the start and the weight of Shuke's own against.

fn main() -> tauri::Result<()> {
    let nothing: tauri::Url = tauri::Url::parse("about:blank").map_err(tauri::Error::InvalidUrl)?;
    tauri::Builder::default()
        .setup(move |app| {
            tauri::WebviewWindowBuilder::new(app, "empty", tauri::WebviewUrl::External(nothing))
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
