//! The table of settings: what README, `.env.example` and the messages about mistakes say of each.

use std::fmt::Write as _;

/// A variable of the environment that Spacebell reads.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name, a contract.
    pub name: &'static str,
    /// What holds where it isn't set.
    pub fallback: Fallback,
    /// What it means, a sentence or two.
    pub meaning: &'static str,
    /// What to do where it is missing or wrong, a sentence.
    pub remedy: &'static str,
    /// Whether its value must never be written anywhere.
    pub is_secret: bool,
}

/// What holds where a setting isn't set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Spacebell doesn't start.
    Required,
    /// Nothing: what it is for is off.
    Unset,
    /// This value.
    Default(&'static str),
}

macro_rules! settings {
    ($($name:ident: $fallback:expr, secret: $secret:literal, $meaning:literal, $remedy:literal;)*) => {
        $(
            #[doc = $meaning]
            pub const $name: Setting = Setting {
                name: stringify!($name),
                fallback: $fallback,
                meaning: $meaning,
                remedy: $remedy,
                is_secret: $secret,
            };
        )*

        /// Each setting, in the order of `.env.example`.
        pub const ALL: &[Setting] = &[$($name),*];
    };
}

use Fallback::{Default, Required, Unset};

settings! {
    DISCORD_TOKEN: Required, secret: true,
        "The bot's token.",
        "Copy it from https://discord.com/developers/applications, your application, Bot, Reset Token; write it without \"Bot\" before it.";
    DISCORD_API_BASE_URL: Default("https://discord.com"), secret: false,
        "Where Discord's API is. Change it only to go through a proxy or to test.",
        "Write an address such as https://discord.com, or leave it out.";
    DISCORD_GLOBAL_RPS: Default("50"), secret: false,
        "How many requests a second Discord may be sent. More than 50 only if Discord granted it to this bot.",
        "Write a whole number from 1 to 10000, or leave it out.";
    DISCORD_DEV_GUILD_ID: Unset, secret: false,
        "The id of a server where the commands are made at once, for those who change the bot.",
        "Right-click the server in Discord with developer mode on and choose Copy Server ID, or leave it out.";
    DISCORD_SHARDS: Default("auto"), secret: false,
        "Which shards this process runs: auto, a total, or first-last/total, such as 0-3/8.",
        "Write auto, a number such as 4, or a range such as 0-3/8, or leave it out.";
    OPERATOR_CHANNEL_ID: Unset, secret: false,
        "The id of a channel that is told when something needs a person, such as spent credits, and when it is over.",
        "Right-click the channel in Discord with developer mode on and choose Copy Channel ID, or leave it out.";
    OPERATOR_USER_IDS: Unset, secret: false,
        "Discord ids of people whom /status shows delays, limits and costs, besides the owner and the team of the application; by commas.",
        "Right-click the people in Discord with developer mode on and choose Copy User ID, write the ids with commas between them, or leave it out.";
    X_BEARER_TOKEN: Required, secret: true,
        "The bearer token of the app on X.",
        "Copy it from https://console.x.com, your app, where it is shown once and Keys and tokens makes a new one; write it without \"Bearer\" before it.";
    X_API_BASE_URL: Default("https://api.x.com"), secret: false,
        "Where X's API is. Change it only to go through a proxy or to test.",
        "Write an address such as https://api.x.com, or leave it out.";
    X_DAILY_BUDGET_USD: Default("5"), secret: false,
        "What X may cost a day (UTC), in dollars. 0 stops all that costs.",
        "Write dollars with a point, such as 5 or 0.50, or leave it out.";
    X_PRICE_SPACE_USD: Default("0.005"), secret: false,
        "What X asks for a Space, in dollars.",
        "Write dollars with a point, such as 0.005, from X's list of prices, or leave it out.";
    X_PRICE_USER_USD: Default("0.010"), secret: false,
        "What X asks for a user, in dollars.",
        "Write dollars with a point, such as 0.010, from X's list of prices, or leave it out.";
    X_PRICE_POST_USD: Default("0.005"), secret: false,
        "What X asks for a Post, in dollars.",
        "Write dollars with a point, such as 0.005, from X's list of prices, or leave it out.";
    X_PRICE_FOLLOWING_USD: Default("0.010"), secret: false,
        "What X asks for an account in a following list, in dollars.",
        "Write dollars with a point, such as 0.010, from X's list of prices, or leave it out.";
    X_PRICE_EVENT_USD: Default("0.005"), secret: false,
        "What X asks for an event that it delivers, a start or an end, in dollars.",
        "Write dollars with a point, such as 0.005, from X's list of prices, or leave it out.";
    X_PUSH: Default("stream"), secret: false,
        "How X tells of starts and ends by itself: by a stream that the bot holds open, by a webhook at PUBLIC_URL, or off. Where X grants it to nobody, hosts are polled as with off.",
        "Write stream, webhook or off, or leave it out.";
    X_PUSH_SUBSCRIPTIONS: Default("1500"), secret: false,
        "How many subscriptions X lets the app hold; each host takes two, for start and end.",
        "Write a whole number from 0 to 1000000, or leave it out.";
    X_CONSUMER_SECRET: Unset, secret: true,
        "The secret of the app on X that it signs with what it tells a webhook. Only for X_PUSH=webhook.",
        "Copy the API key secret from https://console.x.com, your app, Keys and tokens, or leave it out unless X_PUSH is webhook.";
    X_CLIENT_ID: Unset, secret: false,
        "The client id of the app on X, by which people link their accounts. It goes with X_CLIENT_SECRET, PUBLIC_URL and SECRET_KEY.",
        "Copy it from https://console.x.com, your app, Keys and tokens, OAuth 2.0, where the callback is PUBLIC_URL with /x/callback behind it; or leave all four out, and linking is off.";
    X_CLIENT_SECRET: Unset, secret: true,
        "The secret that goes with X_CLIENT_ID.",
        "Copy it from https://console.x.com, your app (a confidential client, such as a web app), Keys and tokens, OAuth 2.0; or leave all four out, and linking is off.";
    PUBLIC_URL: Unset, secret: false,
        "Where people reach the bot's own pages, which HTTP_ADDR answers: https, but for this machine itself.",
        "Write the address that your reverse proxy hands on to HTTP_ADDR, such as https://bell.example.org, without a port where X_PUSH is webhook; or leave out all four that link accounts.";
    SECRET_KEY: Unset, secret: true,
        "What encrypts the tokens of linked accounts: 32 random bytes in base64 or hex. Several, by commas, make a rotation: the first encrypts, all decrypt.",
        "Make one with: openssl rand -base64 32; and keep it, since without it people have to link again; or leave out all four that link accounts.";
    HTTP_ADDR: Default("127.0.0.1:8080"), secret: false,
        "Where the bot's own pages are answered, once accounts can be linked, and X's webhook: what a reverse proxy hands on from PUBLIC_URL.",
        "Write an IP address and a port, such as 127.0.0.1:8080, or leave it out.";
    MAX_FOLLOWING_READ: Default("100"), secret: false,
        "How many of the accounts that a linked person follows are read at most, each at the price of a user, once a week.",
        "Write a whole number from 1 to 1000, or leave it out.";
    MAX_FOLLOWS_PER_GUILD: Default("250"), secret: false,
        "How many follows a server may have.",
        "Write a whole number from 1 to 100000, or leave it out.";
    MAX_KEYWORDS_PER_GUILD: Default("20"), secret: false,
        "How many of a server's follows may be keywords. 0 switches keywords off.",
        "Write a whole number from 0 to 100000, or leave it out.";
    MAX_FOLLOWS_PER_CHANNEL: Default("25"), secret: false,
        "How many follows a channel may have.",
        "Write a whole number from 1 to 100000, or leave it out.";
    MAX_QUERIES_PER_PERSON: Default("5"), secret: false,
        "How many queries a person may make in 10 minutes that no recent answer serves.",
        "Write a whole number from 1 to 100000, or leave it out.";
    DATABASE_URL: Default("sqlite://spacebell.db"), secret: false,
        "Where everything is kept: a SQLite file, which is made on first start, or a PostgreSQL database.",
        "Write sqlite:// and the path of a file, such as sqlite://spacebell.db, or postgres://user:password@server/database, or leave it out.";
    METRICS_ADDR: Default("127.0.0.1:9090"), secret: false,
        "Where /metrics (for Prometheus), /healthz and /readyz are answered; off, or empty, for nowhere. Who can reach it can read how the bot is doing.",
        "Write an IP address and a port, such as 127.0.0.1:9090, or off, or leave it out.";
    LOG_FORMAT: Default("text"), secret: false,
        "What log lines are written as: text for people, json for programs.",
        "Write text or json, or leave it out.";
    RUST_LOG: Default("warn,spacebell=info"), secret: false,
        "How much is logged, by part of the program.",
        "Write levels such as info or warn,spacebell=debug, or leave it out.";
}

/// The text of `.env.example`.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# The settings of Spacebell. Copy this file to .env and fill in what is required;\n\
         # variables of the environment win over it.\n",
    );
    for setting in ALL {
        let (note, line) = match setting.fallback {
            Required => ("Required.".to_owned(), format!("{}=", setting.name)),
            Unset => ("Not set by default.".to_owned(), format!("#{}=", setting.name)),
            Default(value) => (format!("Default: {value}"), format!("#{}={value}", setting.name)),
        };
        // Writing to a String can't fail.
        let _ = write!(text, "\n# {}\n# {}\n# {note}\n{line}\n", setting.meaning, setting.remedy);
    }
    text
}
