//! Being told by X: the channel that events come by, what becomes of them, and who is subscribed.
//!
//! Events become observations like any other; nothing here decides what changed.
