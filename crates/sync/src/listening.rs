//! How much a server may say before it has said anything: what reads the stream of events keeps an event until
//! it is whole, and one without end would fill the memory.

/// The most that one event may weigh; ours are a line.
const LIMIT: usize = 64 * 1024;

/// What has come of an event that is not whole yet.
#[derive(Debug, Default)]
pub(crate) struct Listening {
    event: usize,
    line: usize,
}

impl Listening {
    /// Counts what came. `false` once an event has no end.
    pub(crate) fn hears(&mut self, piece: &[u8]) -> bool {
        for byte in piece {
            self.event += 1;
            match byte {
                b'\n' if self.line == 0 => self.event = 0,
                b'\n' => self.line = 0,
                b'\r' => {}
                _ => self.line += 1,
            }
            if self.event > LIMIT {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_may_go_on_for_ever_and_one_event_may_not() {
        let mut listening = Listening::default();
        for _ in 0..LIMIT {
            assert!(
                listening.hears(b"event: scope\r\ndata: {}\r\n\r\n") && listening.hears(b":\n\n")
            );
        }
        for endless in [&b"x"[..], b"data: x\n", b":\r"] {
            let mut listening = Listening::default();
            let mut heard = 0;
            while listening.hears(endless) {
                heard += endless.len();
                assert!(heard <= LIMIT, "{endless:?}");
            }
        }
    }
}
