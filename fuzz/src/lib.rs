//! What the fuzz targets hold, which the tests hold too: see `tests/hostile/held`.

#[path = "../../tests/hostile/held/mod.rs"]
pub mod held;
