//! Who draws. Without a graphics card WebKit paints pages by a processor that plays one, which takes longer for the
//! first picture than all that comes before it. There it is told to paint by itself.

#[cfg(target_os = "linux")]
const BY_ITSELF: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";

/// To be called before anything else runs. What a person chose in the environment stands.
pub(crate) fn choose() {
    #[cfg(target_os = "linux")]
    if std::env::var_os(BY_ITSELF).is_none() && !has_card(std::path::Path::new("/dev/dri")) {
        #[expect(unsafe_code, reason = "no other thread runs yet that could read the environment")]
        // SAFETY: called first in the process, before any thread is started.
        unsafe {
            std::env::set_var(BY_ITSELF, "1");
        }
    }
}

#[cfg(target_os = "linux")]
fn has_card(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|device| device.file_name().as_encoded_bytes().starts_with(b"renderD"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::has_card;

    #[test]
    fn a_card_is_known_by_its_node() {
        let folder = std::env::temp_dir().join(format!("shuke-dri-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!has_card(&folder) && !has_card(&folder.join("none")));
        std::fs::write(folder.join("card0"), "").unwrap();
        assert!(!has_card(&folder), "a screen without a processor of its own");
        std::fs::write(folder.join("renderD128"), "").unwrap();
        assert!(has_card(&folder));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
