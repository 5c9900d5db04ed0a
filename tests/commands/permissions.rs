//! What the bot may do in a channel, as Discord computes it.

use serenity::model::channel::{PermissionOverwrite, PermissionOverwriteType};
use serenity::model::id::{GuildId, RoleId, UserId};
use serenity::model::permissions::Permissions;
use spacebell::commands::follow::{Need, lacking};
use spacebell::discord::permissions::{Member, Role, permissions};

const GUILD: u64 = 1;
const ROLE: u64 = 2;
const ME: u64 = 3;

const VIEW: Permissions = Permissions::VIEW_CHANNEL;
const SEND: Permissions = Permissions::SEND_MESSAGES;
const THREADS: Permissions = Permissions::SEND_MESSAGES_IN_THREADS;
const EMBED: Permissions = Permissions::EMBED_LINKS;
const NONE: Permissions = Permissions::empty();

enum Whom {
    Everyone,
    MyRole,
    OtherRole,
    Me,
}

fn overwrite(whom: &Whom, allow: Permissions, deny: Permissions) -> PermissionOverwrite {
    let kind = match whom {
        Whom::Everyone => PermissionOverwriteType::Role(RoleId::new(GUILD)),
        Whom::MyRole => PermissionOverwriteType::Role(RoleId::new(ROLE)),
        Whom::OtherRole => PermissionOverwriteType::Role(RoleId::new(99)),
        Whom::Me => PermissionOverwriteType::Member(UserId::new(ME)),
    };
    PermissionOverwrite { allow, deny, kind }
}

fn computed(
    everyone: Permissions,
    my_role: Permissions,
    overwrites: &[(Whom, Permissions, Permissions)],
    is_thread: bool,
    is_timed_out: bool,
) -> Permissions {
    let roles = [
        Role { id: RoleId::new(GUILD), permissions: everyone, mentionable: false },
        Role { id: RoleId::new(ROLE), permissions: my_role, mentionable: false },
        Role { id: RoleId::new(99), permissions: Permissions::all(), mentionable: false },
    ];
    let member = Member { user: UserId::new(ME), roles: &[RoleId::new(ROLE)], is_timed_out };
    let overwrites: Vec<_> =
        overwrites.iter().map(|(whom, allow, deny)| overwrite(whom, *allow, *deny)).collect();
    permissions(GuildId::new(GUILD), &roles, &member, &overwrites, is_thread)
}

#[test]
fn roles_add_up_and_overwrites_go_from_everyone_to_the_member() {
    use Whom::{Everyone, Me, MyRole, OtherRole};
    let all = VIEW | SEND | EMBED;
    assert_eq!(computed(VIEW, SEND, &[], false, false), VIEW | SEND);
    assert_eq!(computed(all, NONE, &[(Everyone, NONE, SEND)], false, false), VIEW);
    assert_eq!(computed(all, NONE, &[(Everyone, NONE, SEND), (MyRole, SEND, NONE)], false, false), all);
    assert_eq!(computed(all, NONE, &[(MyRole, SEND, NONE), (Me, NONE, SEND)], false, false), VIEW);
    assert_eq!(computed(all, NONE, &[(OtherRole, NONE, all)], false, false), all, "not my role");
    // The order in which Discord lists them doesn't count.
    assert_eq!(computed(all, NONE, &[(Me, SEND, NONE), (Everyone, NONE, SEND)], false, false), all);
}

#[test]
fn denials_take_along_what_they_imply() {
    use Whom::Everyone;
    let all = VIEW | SEND | THREADS | EMBED | Permissions::MENTION_EVERYONE;
    assert_eq!(computed(all, NONE, &[(Everyone, NONE, VIEW)], false, false), NONE);
    assert_eq!(computed(all, NONE, &[(Everyone, NONE, SEND)], false, false), VIEW | THREADS);
    assert_eq!(computed(all, NONE, &[(Everyone, NONE, SEND)], true, false), all - SEND, "a thread");
    assert_eq!(computed(all, NONE, &[(Everyone, NONE, THREADS)], true, false), VIEW | SEND);
}

#[test]
fn an_administrator_may_everything_and_who_is_silenced_only_reads() {
    use Whom::Everyone;
    let denied = [(Everyone, NONE, Permissions::all())];
    assert_eq!(computed(NONE, Permissions::ADMINISTRATOR, &denied, false, false), Permissions::all());
    assert_eq!(computed(VIEW | SEND | EMBED, NONE, &[], false, true), VIEW);
}

#[test]
fn the_first_thing_that_is_missing_is_named() {
    let cases = [
        (NONE, false, Some(Need::View)),
        (SEND | EMBED, false, Some(Need::View)),
        (VIEW, false, Some(Need::Send)),
        (VIEW | THREADS, false, Some(Need::Send)),
        (VIEW | SEND, true, Some(Need::SendInThreads)),
        (VIEW | SEND, false, Some(Need::EmbedLinks)),
        (VIEW | SEND | EMBED, false, None),
        (VIEW | THREADS | EMBED, true, None),
        (Permissions::ADMINISTRATOR, false, None),
    ];
    for (permissions, is_thread, need) in cases {
        assert_eq!(lacking(permissions, is_thread), need, "{permissions:?} {is_thread}");
    }
}
