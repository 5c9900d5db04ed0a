//! Lines out of the bytes of a stream, whatever pieces they come in.
//!
//! Pure. A blank line is X's sign of life. A line is never held beyond its bound: of a longer one the rest is passed
//! over up to its end. What has no end yet when the connection breaks was never a line.

/// The longest line that is read, in bytes; an event takes a few hundred.
pub const LINE_MAX: usize = 256 * 1024;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A sign of life.
    Blank,
    /// Something to read, without its end.
    Full(&'a [u8]),
    /// One that was too long, passed over.
    TooLong,
}

/// The line that is coming in.
#[derive(Debug, Default)]
pub struct Lines {
    begun: Vec<u8>,
    /// The one that comes in is too long already.
    passing_over: bool,
}

impl Lines {
    /// Takes the next bytes, and hands over each line that they end.
    pub fn feed(&mut self, mut bytes: &[u8], mut found: impl FnMut(Line<'_>)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.keep(&bytes[..end]);
            bytes = &bytes[end + 1..];
            if std::mem::take(&mut self.passing_over) {
                found(Line::TooLong);
            } else if self.begun.trim_ascii().is_empty() {
                found(Line::Blank);
            } else {
                found(Line::Full(self.begun.trim_ascii()));
            }
            self.begun.clear();
        }
        self.keep(bytes);
    }

    /// How many bytes of an unfinished line are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.begun.len()
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.passing_over {
            return;
        }
        if self.begun.len() + bytes.len() > LINE_MAX {
            self.passing_over = true;
            // Its room isn't kept either.
            self.begun = Vec::new();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }
}
