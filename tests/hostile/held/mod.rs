//! What must hold whatever comes from outside: a file a kind of input, each with a `hold` that takes bytes and panics
//! where it doesn't.
//!
//! The fuzz targets (`fuzz/`), the replay of their corpus and the properties call the same functions.

pub mod interaction;
pub mod keyword;
pub mod markdown;
pub mod nasty;
pub mod render;
pub mod roster;
pub mod settings;
pub mod space_input;
pub mod stream;
pub mod x_answer;

/// What a target does with an input.
pub type Hold = fn(&[u8]);

/// Each fuzz target by its name, which its corpus' folder bears too.
pub const TARGETS: [(&str, Hold); 8] = [
    ("x_answer", x_answer::hold),
    ("interaction", interaction::hold),
    ("settings", settings::hold),
    ("space_input", space_input::hold),
    ("keyword", keyword::hold),
    ("render", render::hold),
    ("roster", roster::hold),
    ("stream", stream::hold),
];
