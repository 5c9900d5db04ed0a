//! A tour of the stand-ins: what the bot doesn't ask for yet is asked for here, so that it is held as well.
