//! PINs for tills that several people share: what counts as one, and how long a wrong one makes wait.
//!
//! A PIN is short because it is typed fifty times a day. What keeps it from being guessed is the wait, the
//! pepper in the keychain, and that after [`TRIES`] nobody may guess on.

/// Digits a PIN may have.
pub const LENGTH: std::ops::RangeInclusive<usize> = 4..=8;

/// Wrong tries in a row after which only a new PIN helps.
pub const TRIES: u32 = 20;

/// Wrong tries that cost nothing: fingers slip.
const FREE: u32 = 3;

const FIRST_WAIT: u64 = 5_000;
const LONGEST_WAIT: u64 = 60 * 60 * 1000;

pub fn is_pin(text: &str) -> bool {
    LENGTH.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether anyone would try it first: one digit throughout, or digits in a row.
pub fn is_guessed_first(pin: &str) -> bool {
    let steps: Vec<i16> =
        pin.as_bytes().windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect();
    [0, 1, -1].iter().any(|step| steps.iter().all(|found| found == step))
}

/// How long the next try must wait after so many wrong ones, in milliseconds.
pub fn wait_after(wrong: u32) -> u64 {
    match wrong.checked_sub(FREE) {
        None => 0,
        Some(more) => FIRST_WAIT.saturating_mul(1 << more.min(16)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_eight_digits() {
        for good in ["0000", "12345678"] {
            assert!(is_pin(good), "{good}");
        }
        for bad in ["", "123", "123456789", "12a4", "１２３４", " 1234"] {
            assert!(!is_pin(bad), "{bad}");
        }
    }

    #[test]
    fn what_everybody_tries_is_known() {
        for weak in ["1111", "1234", "87654321", "0123"] {
            assert!(is_guessed_first(weak), "{weak}");
        }
        assert!(!is_guessed_first("1357") && !is_guessed_first("4071"));
    }

    #[test]
    fn waits_grow_and_end() {
        assert_eq!([0, 1, 2].map(wait_after), [0; 3]);
        assert_eq!([3, 4, 5].map(wait_after), [5_000, 10_000, 20_000]);
        assert_eq!(wait_after(TRIES), LONGEST_WAIT);
        assert!((0..TRIES).all(|wrong| wait_after(wrong) <= wait_after(wrong + 1)));
    }
}
