//! From a history that breaks a promise to a short one that still does.

use crate::{
    plan::History,
    run::{Ended, run},
};

/// Leaves steps out, many at a time and then fewer, for as long as the same promise breaks.
pub async fn shrink(history: &History, promise: u8) -> History {
    let mut best = history.clone();
    let mut width = best.steps.len().div_ceil(2);
    while width > 0 {
        let mut at = 0;
        while at < best.steps.len() {
            let mut shorter = best.clone();
            shorter.steps.drain(at..(at + width).min(best.steps.len()));
            if breaks(&run(&shorter, false).await, promise) {
                best = shorter;
            } else {
                at += width;
            }
        }
        width /= 2;
    }
    for seat in (2..=4).rev() {
        let mut shorter = best.clone();
        shorter.seats.retain(|known| *known != seat);
        if shorter.seats != best.seats && breaks(&run(&shorter, false).await, promise) {
            best = shorter;
        }
    }
    best
}

fn breaks(ended: &Ended, promise: u8) -> bool {
    ended.broken.as_ref().is_some_and(|broken| broken.promise == promise)
}
