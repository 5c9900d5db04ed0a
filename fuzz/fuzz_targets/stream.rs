//! Tries `held::stream` with whatever reaches new code.

#![no_main]

use libfuzzer_sys::fuzz_target;
use spacebell_fuzz::held;

fuzz_target!(|data: &[u8]| held::stream::hold(data));
