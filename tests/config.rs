//! The settings: what is read, what is refused, and that the table of settings tells the truth.

use std::cell::RefCell;
use std::collections::BTreeSet;

use secrecy::ExposeSecret as _;
use spacebell::config::setting::{self, Fallback, env_example};
use spacebell::config::{Caps, LogFormat, Mistake, Prices, PushMode, Settings, Shards};

const TOKENS: [(&str, &str); 2] = [("DISCORD_TOKEN", "discord-secret"), ("X_BEARER_TOKEN", "AAA%3Dx-secret")];

/// What lets people link their accounts.
const LINKING: [(&str, &str); 4] = [
    ("X_CLIENT_ID", "an-id"),
    ("X_CLIENT_SECRET", "client-secret"),
    ("PUBLIC_URL", "https://bell.example.org/spaces/"),
    ("SECRET_KEY", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
];

/// The settings of an environment with both tokens and `more`, which wins.
fn read(more: &[(&str, &str)]) -> Result<Settings, Vec<Mistake>> {
    Settings::read(|name| {
        let given = more.iter().chain(&TOKENS).find(|(given, _)| *given == name);
        given.map(|(_, value)| (*value).to_owned())
    })
}

fn good(more: &[(&str, &str)]) -> Settings {
    read(more).expect("good settings")
}

#[test]
fn two_tokens_are_all_that_is_required() {
    let settings = good(&[]);
    assert_eq!(settings.discord.token.expose_secret(), "discord-secret");
    assert_eq!(settings.x.bearer_token.expose_secret(), "AAA%3Dx-secret");
    assert_eq!(settings.discord.api_base_url.as_str(), "https://discord.com");
    assert_eq!(settings.discord.global_rps.get(), 50);
    assert_eq!(settings.discord.dev_guild, None);
    assert_eq!(settings.discord.shards, Shards::Auto);
    assert_eq!(settings.x.api_base_url.as_str(), "https://api.x.com");
    assert_eq!(settings.x.daily_budget_micro_usd, 5_000_000);
    let prices = Prices {
        space_micro_usd: 5_000,
        user_micro_usd: 10_000,
        post_micro_usd: 5_000,
        following_micro_usd: 10_000,
        event_micro_usd: 5_000,
    };
    assert_eq!(settings.x.prices, prices);
    let caps = Caps {
        follows_per_guild: 250,
        keywords_per_guild: 20,
        follows_per_channel: 25,
        queries_per_person: 5,
    };
    assert_eq!(settings.caps, caps);
    assert_eq!(settings.database.as_str(), "sqlite://spacebell.db");
    assert_eq!(
        settings.operator.metrics_addr.map(|addr| addr.to_string()).as_deref(),
        Some("127.0.0.1:9090")
    );
    assert_eq!(settings.operator.channel, None);
    assert_eq!(settings.log.format, LogFormat::Text);
    assert_eq!(settings.log.filter, "warn,spacebell=info");
}

#[test]
fn good_values_are_taken() {
    let base = |url| good(&[("X_API_BASE_URL", url)]).x.api_base_url.to_string();
    assert_eq!(base("http://127.0.0.1:9/"), "http://127.0.0.1:9");
    assert_eq!(base(" https://proxy.example/x/ "), "https://proxy.example/x");
    let budget = |usd| good(&[("X_DAILY_BUDGET_USD", usd)]).x.daily_budget_micro_usd;
    assert_eq!(
        [budget("0"), budget("0.50"), budget("12.000001"), budget("1.50000000")],
        [0, 500_000, 12_000_001, 1_500_000]
    );
    let shards = |text| good(&[("DISCORD_SHARDS", text)]).discord.shards;
    let total = |number| std::num::NonZeroU32::new(number).expect("not 0");
    assert_eq!(shards("AUTO"), Shards::Auto);
    assert_eq!(shards("4"), Shards::Total(total(4)));
    assert_eq!(shards("0-3/8"), Shards::Range { first: 0, last: 3, total: total(8) });
    assert_eq!(shards("7/8"), Shards::Range { first: 7, last: 7, total: total(8) });
    assert_eq!(good(&[("DISCORD_DEV_GUILD_ID", "42")]).discord.dev_guild.map(u64::from), Some(42));
    let operators = good(&[("OPERATOR_USER_IDS", "1, 22")]).discord.operators;
    assert_eq!(operators.into_iter().map(u64::from).collect::<Vec<_>>(), [1, 22]);
    assert_eq!(good(&[("OPERATOR_CHANNEL_ID", "7")]).operator.channel.map(u64::from), Some(7));
    let metrics = |text| good(&[("METRICS_ADDR", text)]).operator.metrics_addr.map(|addr| addr.to_string());
    assert_eq!([metrics("off"), metrics("OFF"), metrics(""), metrics(" ")], [None, None, None, None]);
    assert_eq!(metrics("[::1]:9").as_deref(), Some("[::1]:9"));
    assert_eq!(good(&[("MAX_KEYWORDS_PER_GUILD", "0")]).caps.keywords_per_guild, 0);
    assert_eq!(good(&[("LOG_FORMAT", "json")]).log.format, LogFormat::Json);
    assert_eq!(good(&[("DATABASE_URL", "sqlite:///data/bell.db?mode=rwc")]).database.as_str().len(), 31);
}

#[test]
fn push_is_a_stream_unless_set_and_a_webhook_needs_its_address_and_its_secret() {
    let push = good(&[]).x.push;
    assert!(matches!(push.mode, PushMode::Stream));
    assert_eq!(push.subscriptions, 1_500);
    assert!(matches!(good(&[("X_PUSH", "OFF")]).x.push.mode, PushMode::Off));
    let webhook = [
        ("X_PUSH", "webhook"),
        ("X_CONSUMER_SECRET", "consumer-secret"),
        ("PUBLIC_URL", "https://bell.example.org"),
    ];
    let settings = good(&webhook);
    assert!(settings.linking.is_none(), "the address is X's alone then");
    let known = settings.x.push.webhook().expect("a webhook");
    assert_eq!(known.public_url.as_str(), "https://bell.example.org");
    assert_eq!(known.http_addr.to_string(), "127.0.0.1:8080");
    assert!(settings.secrets().iter().any(|secret| secret.expose_secret() == "consumer-secret"));
    for left_out in 1..webhook.len() {
        let rest: Vec<_> = webhook.into_iter().filter(|(name, _)| *name != webhook[left_out].0).collect();
        let mistakes = read(&rest).expect_err("something is missing");
        assert_eq!(mistakes.iter().map(|m| m.name).collect::<Vec<_>>(), [webhook[left_out].0]);
    }
}

#[test]
fn empty_values_count_as_unset() {
    for setting in setting::ALL {
        let empty = read(&[(setting.name, " \t")]);
        match setting.fallback {
            Fallback::Required => {
                let mistakes = empty.expect_err("a required setting is missing");
                assert_eq!(mistakes.iter().map(|m| m.name).collect::<Vec<_>>(), [setting.name]);
            }
            Fallback::Unset | Fallback::Default(_) => assert!(empty.is_ok(), "{}", setting.name),
        }
    }
}

#[test]
fn bad_values_are_refused_by_name_without_being_repeated() {
    let table: &[(&str, &[&str])] = &[
        ("DISCORD_TOKEN", &["Bot abcdefg", "two wörds", "to ken"]),
        ("X_BEARER_TOKEN", &["Bearer abcdefg", "a\nb"]),
        (
            "DISCORD_API_BASE_URL",
            &["discord.com", "ftp://discord.com", "https://me:pass@discord.com", "https://"],
        ),
        ("X_API_BASE_URL", &["https://api.x.com?key=1", "https://api.x.com#a"]),
        ("DISCORD_GLOBAL_RPS", &["0", "-1", "+5", "fifty", "1.5", "10001", "99999999999999999999"]),
        ("DISCORD_DEV_GUILD_ID", &["0", "my-server", "-4", "99999999999999999999"]),
        ("OPERATOR_USER_IDS", &["0", "mona", "1,,2", "1;2", "-1", "99999999999999999999"]),
        ("OPERATOR_CHANNEL_ID", &["0", "general", "-4", "99999999999999999999"]),
        ("METRICS_ADDR", &["9090", ":9090", "localhost:9090", "127.0.0.1", "127.0.0.1:99999", "on"]),
        ("DISCORD_SHARDS", &["0", "all", "3-1/8", "0-8/8", "0-3/0", "0-3", "-1/4", "1-/4"]),
        (
            "X_DAILY_BUDGET_USD",
            &["-1", "-0", "NaN", "inf", "1e3", "5,00", "$5", ".5", "5.", "0.0000001", "1000000"],
        ),
        ("X_PRICE_SPACE_USD", &["cheap"]),
        ("X_PRICE_USER_USD", &["0x1"]),
        ("X_PRICE_POST_USD", &["1.2.3"]),
        ("X_PRICE_FOLLOWING_USD", &["-0.01"]),
        ("X_PRICE_EVENT_USD", &["-1", "free"]),
        ("X_PUSH", &["on", "polling"]),
        ("X_PUSH_SUBSCRIPTIONS", &["-1", "many"]),
        ("X_CONSUMER_SECRET", &["two words"]),
        ("X_CLIENT_ID", &["my client"]),
        ("X_CLIENT_SECRET", &["Bearer abcdefg", "to ken"]),
        (
            "PUBLIC_URL",
            &[
                "bell.example.org",
                "http://bell.example.org",
                "https://me:pass@bell.example.org",
                "https://a.example/?b",
            ],
        ),
        (
            "SECRET_KEY",
            &[
                "abcdefg",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0",
                "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=,short",
            ],
        ),
        ("HTTP_ADDR", &["8080", "off", "localhost:8080"]),
        ("MAX_FOLLOWING_READ", &["0", "1001", "-1"]),
        ("MAX_FOLLOWS_PER_GUILD", &["0", "many"]),
        ("MAX_KEYWORDS_PER_GUILD", &["-1"]),
        ("MAX_FOLLOWS_PER_CHANNEL", &["100001"]),
        ("MAX_QUERIES_PER_PERSON", &["0"]),
        (
            "DATABASE_URL",
            &[
                "postgres:bell",
                "postgresql:///bell",
                "postgres://me:pass@db:port/bell",
                "spacebell.db",
                "mysql://db",
                "sqlite://",
            ],
        ),
        ("LOG_FORMAT", &["xml"]),
        ("RUST_LOG", &["spacebell=loud"]),
    ];
    assert_eq!(table.iter().map(|row| row.0).collect::<BTreeSet<_>>(), names(), "each setting is tried");
    for (name, values) in table {
        for value in *values {
            let mistakes = read(&[(name, value)]).expect_err(value);
            assert_eq!(mistakes.len(), 1, "{name}={value}");
            assert_eq!(mistakes[0].name, *name);
            let said = mistakes[0].to_string();
            assert!(said.starts_with(name) && said.ends_with('.'), "{said}");
            for typed in ["pass@", "abcdefg", "my-server", "loud", "fifty"] {
                assert!(!said.contains(typed), "{said} repeats what was typed");
            }
        }
    }
}

#[test]
fn postgresql_is_taken_by_server_or_by_socket_and_its_password_never_shown() {
    for url in
        ["postgres://me:secret@db:5433/bell", "PostgreSQL://db/bell", "postgres:///bell?host=/run/postgresql"]
    {
        let database = good(&[("DATABASE_URL", url)]).database;
        assert!(database.is_postgres(), "{url}");
        assert!(!format!("{database:?}").contains("secret"));
    }
    assert!(!good(&[("DATABASE_URL", "SQLite://postgres.db")]).database.is_postgres());
}

#[test]
fn linking_is_on_with_all_four_off_with_none_and_a_mistake_with_some() {
    assert!(good(&[]).linking.is_none());
    let linking = good(&LINKING).linking.expect("linking");
    assert_eq!(linking.public_url.as_str(), "https://bell.example.org/spaces");
    assert_eq!((linking.http_addr.to_string().as_str(), linking.following_read), ("127.0.0.1:8080", 100));
    for chosen in 1..15_u8 {
        let some: Vec<(&str, &str)> =
            (0..4).filter(|bit| chosen & (1 << bit) != 0).map(|bit| LINKING[bit]).collect();
        let missing: Vec<&str> =
            (0..4).filter(|bit| chosen & (1 << bit) == 0).map(|bit| LINKING[bit].0).collect();
        let mistakes = read(&some).expect_err("some are missing");
        assert_eq!(mistakes.iter().map(|it| it.name).collect::<Vec<_>>(), missing);
    }
}

#[test]
fn a_key_is_hex_or_base64_and_several_make_a_rotation() {
    let keys = |text: &str| {
        let mut given = LINKING;
        given[3].1 = text;
        // The text lives as long as the test.
        good(&given.map(|(name, value)| (name, value))).linking.expect("linking").keys.keys().to_vec()
    };
    let hex = keys("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    let base64 = keys("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=");
    assert_eq!((hex.len(), &hex), (1, &base64));
    assert_eq!(keys("n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"), hex, "as in addresses, without its end");
    let both =
        keys(" YDA64iuZiGG847KPM+7BvnWKITyGyTwHbb6fVYwRx1I= , n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=");
    assert_eq!((both.len(), both[1]), (2, hex[0]));
    for here in ["http://localhost:8080", "http://127.0.0.1:9", "http://[::1]:9/"] {
        let mut given = LINKING;
        given[2].1 = here;
        assert!(good(&given).linking.is_some(), "{here} is this machine");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mistakes = Settings::read(|name| match name {
        "LOG_FORMAT" => Some("xml".to_owned()),
        "DISCORD_SHARDS" => Some("none".to_owned()),
        "X_DAILY_BUDGET_USD" => Some("-5".to_owned()),
        _ => None,
    })
    .expect_err("five mistakes");
    let names: Vec<&str> = mistakes.iter().map(|mistake| mistake.name).collect();
    assert_eq!(
        names,
        ["DISCORD_TOKEN", "DISCORD_SHARDS", "X_BEARER_TOKEN", "X_DAILY_BUDGET_USD", "LOG_FORMAT"]
    );
    assert!(mistakes[0].to_string().contains("https://discord.com/developers"), "{}", mistakes[0]);
}

#[test]
fn secrets_are_not_in_the_debug_form() {
    let webhook = [("X_PUSH", "webhook"), ("X_CONSUMER_SECRET", "consumer-secret")];
    let settings = good(&[LINKING.as_slice(), &webhook].concat());
    let shown = format!("{settings:?}");
    assert!(!shown.contains("secret\""), "{shown}");
    assert!(!shown.contains("discord-secret") && !shown.contains("x-secret"), "{shown}");
    assert!(
        !shown.contains("client-secret")
            && !shown.contains("consumer-secret")
            && !shown.contains("9f86d081")
            && !shown.contains("159"),
        "{shown}"
    );
    assert_eq!(settings.secrets().len(), setting::ALL.iter().filter(|setting| setting.is_secret).count());
}

fn names() -> BTreeSet<&'static str> {
    setting::ALL.iter().map(|setting| setting.name).collect()
}

#[test]
fn the_table_lists_exactly_what_is_read() {
    let asked = RefCell::new(BTreeSet::new());
    let _ = Settings::read(|name| {
        asked.borrow_mut().insert(name.to_owned());
        None
    });
    let asked = asked.into_inner();
    assert_eq!(asked.iter().map(String::as_str).collect::<BTreeSet<_>>(), names());
}

/// With `UPDATE_ENV_EXAMPLE` set, writes the file instead.
#[test]
fn the_example_file_is_what_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example");
    if std::env::var_os("UPDATE_ENV_EXAMPLE").is_some() {
        std::fs::write(path, env_example()).expect("the example can be written");
    }
    let written = std::fs::read_to_string(path).expect("the example is there");
    assert_eq!(written, env_example(), "run UPDATE_ENV_EXAMPLE=1 cargo test --test config");
}

#[test]
fn the_example_file_with_all_defaults_uncommented_changes_nothing() {
    let uncommented: String = env_example()
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n");
    let pairs: Vec<(String, String)> =
        dotenvy::from_read_iter(uncommented.as_bytes()).collect::<Result<_, _>>().expect("a good file");
    assert_eq!(pairs.len(), setting::ALL.len());
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(format!("{:?}", good(&pairs)), format!("{:?}", good(&[])));
}
