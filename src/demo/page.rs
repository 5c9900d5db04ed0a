//! The page's files, built into the program: plain HTML, CSS and JavaScript, with no build step.

/// A file of the page.
#[derive(Debug)]
pub(super) struct File {
    /// Where it is.
    pub path: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it.
    pub text: &'static str,
}

macro_rules! file {
    ($name:literal, $kind:literal) => {
        File { path: concat!("/", $name), kind: $kind, text: include_str!(concat!("page/", $name)) }
    };
}

/// All of them.
pub(super) const FILES: &[File] = &[
    File { path: "/", kind: "text/html; charset=utf-8", text: include_str!("page/index.html") },
    file!("icon.svg", "image/svg+xml"),
    file!("base.css", "text/css"),
    file!("discord.css", "text/css"),
    file!("messages.css", "text/css"),
    file!("composer.css", "text/css"),
    file!("dialogs.css", "text/css"),
    file!("x.css", "text/css"),
    file!("strip.css", "text/css"),
    file!("main.js", "text/javascript"),
    file!("elements.js", "text/javascript"),
    file!("icons.js", "text/javascript"),
    file!("world.js", "text/javascript"),
    file!("words.js", "text/javascript"),
    file!("time.js", "text/javascript"),
    file!("markdown.js", "text/javascript"),
    file!("channels.js", "text/javascript"),
    file!("messages.js", "text/javascript"),
    file!("embeds.js", "text/javascript"),
    file!("components.js", "text/javascript"),
    file!("modals.js", "text/javascript"),
    file!("dialogs.js", "text/javascript"),
    file!("events.js", "text/javascript"),
    file!("menu.js", "text/javascript"),
    file!("composer.js", "text/javascript"),
    file!("commands.js", "text/javascript"),
    file!("commandline.js", "text/javascript"),
    file!("options.js", "text/javascript"),
    file!("picker.js", "text/javascript"),
    file!("spaces.js", "text/javascript"),
    file!("spacecard.js", "text/javascript"),
    file!("you.js", "text/javascript"),
    file!("troubles.js", "text/javascript"),
    file!("push.js", "text/javascript"),
    file!("strip.js", "text/javascript"),
    file!("frame.js", "text/javascript"),
];
