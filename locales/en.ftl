# What Spacebell says, in English. One section a part of the bot; a key begins with its section's name.
# Values of variables are escaped already. Each error says what happened and what to do.

## General

general-untitled = Untitled Space
general-unseen-title = Title not known

## Lengths of time

duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes } min
duration-days = { $days } d
duration-days-hours = { $days } d { $hours } h

## Keywords

keyword-empty = The keyword is empty. Type 1 to { $words } words that a title should hold.
keyword-no-letters = The keyword has no letters or digits. Add a word, such as “rust 🦀” instead of “🦀”.
keyword-too-short = The keyword is too short. Type at least { $chars } letters or digits.
keyword-too-long = The keyword is too long. Shorten it to { $chars } characters.
keyword-not-words = A keyword is words of a title, not a link or a mention. Type the words that a title should hold.
terms-empty = There is no word in it. Type one or more, with commas between them.
terms-too-long = It is too long. Keep it within { $chars } characters.
keyword-too-many-words = The keyword has too many words. Keep the { $words } that matter most, or follow two keywords.

## What people type

input-space-empty = No Space was given. Type a Space’s link, such as https://x.com/i/spaces/…, or its id.
input-space-too-long = That is too long for a Space. Paste its link alone, such as https://x.com/i/spaces/….
input-space-other-site = That isn’t a link to X. Paste the Space’s own link, which begins with https://x.com/i/spaces/.
input-space-not-a-space = That link leads to X, but not to a Space. Open the Space, choose Share, and paste the link you get.
input-space-not-an-id = That is neither a Space’s link nor its id. Paste a link that begins with https://x.com/i/spaces/.
input-host-empty = No account was given. Type an X account, such as @name.
input-host-too-long = That is too long for an account. Type one X account, such as @name.
input-host-other-site = That isn’t a link to X. Type the account’s name, such as @name, or paste its profile’s link.
input-host-not-a-profile = That link leads to X, but not to a profile. Type the account’s name, such as @name.
input-host-not-a-name = That isn’t the name of an X account. Type 1 to 15 letters, digits or underscores, such as @name.
input-hosts-empty = No accounts were given. Type 1 to { $max } X accounts, with spaces or commas between them.
input-hosts-too-long = The list is too long. Type at most { $max } X accounts, with spaces or commas between them.
input-hosts-too-many = There are more than { $max } accounts. Leave some out and ask again for the others.
input-hosts-one = “{ $typed }” doesn’t work. { $why }

## The card of a Space

card-live = **Live now**
card-live-since = **Live now** · began { $relative }
card-scheduled = **Scheduled**
card-scheduled-for = **Scheduled** · { $date } ({ $relative })
card-no-show = **Scheduled, but it hasn’t begun**
card-no-show-since = **It hasn’t begun** · it was planned for { $date } ({ $relative })
card-ended = **Ended**
card-ended-at = **Ended** · { $relative }
card-cancelled = **Cancelled**
card-host = Host
card-host-by-id = [An account on X](<{ $url }>)
card-in-the-room = In the room
card-speakers = Speakers
card-reminders = Reminders set on X
card-language = Language
card-language-name = { $code ->
    [ar] Arabic
    [bn] Bengali
    [de] German
    [en] English
    [es] Spanish
    [fa] Persian
    [fr] French
    [he] Hebrew
    [hi] Hindi
    [id] Indonesian
    [in] Indonesian
    [it] Italian
    [iw] Hebrew
    [ja] Japanese
    [ko] Korean
    [nl] Dutch
    [pl] Polish
    [pt] Portuguese
    [ru] Russian
    [th] Thai
    [tl] Tagalog
    [tr] Turkish
    [uk] Ukrainian
    [ur] Urdu
    [vi] Vietnamese
    [zh] Chinese
   *[other] { $code }
}
card-tickets = Tickets
card-tickets-yes = Needed
card-started = Began
card-cohosts = Co-hosts
card-and-others = { $names } and { $count } more
card-count = { $count }
card-topics = Topics
card-footer = From X
card-footer-seen = From X · seen { $age } ago

## Buttons

button-listen = Listen
button-open = Open on X
button-follow-host = Follow host here
button-speakers = Speakers
button-share = Share
button-undo = Undo
button-remind = Remind me
button-post-now = Post now
button-post-one-now = Post { $number } now
button-back = ◀ Back
button-next = Next ▶
button-erase = Erase everything
button-keep = Keep it
press-unknown = That button is from an older version. Run the command again to get a new one.
press-not-yours = That button is for whoever ran the command, and for people with Manage Server. Run the command yourself.
press-never-host = Keeping a host out of keyword posts takes the Manage Server permission. Ask a moderator to do it.
press-manage-server = Following a host takes the Manage Server permission. Ask a moderator to do it.

## /space

space-not-there = X has no Space with that id, or it is over. Check the link, or ask its host for a new one.
space-ended = That Space is over, so X doesn’t show it any more. Follow its host to hear of the next one.
space-ended-at = That Space ended { $when }, so X doesn’t show it any more. Follow its host to hear of the next one.
space-cancelled = That Space was cancelled. Follow its host to hear of the next one.
share-not-allowed = You can’t send messages in this channel, so I can’t show that here for you. Share it in another channel.
shown-emptied = ⏹ What this showed of X is over or out of date, so it is gone. Run the command again to see what is on.
shown-erased = This answer was emptied on request.
speakers-none = X names no speakers of that Space right now. Try again in a minute, or open it on X.
speakers-of = **{ $title }** has { $count ->
    [one] one speaker
   *[other] { $count } speakers
} on X’s list:
more-of-them = … and { $count } more.
linked-none = That message links to no Space on X. Use this on a message with a link such as https://x.com/i/spaces/….
linked-over = { $count ->
    [one] X has no Space for one of its links, or it is over. Check the link, or ask for a new one.
   *[other] X has no Spaces for { $count } of its links, or they are over. Check the links, or ask for new ones.
}

## Reminders

remind-at-start = I’ll send you a direct message { $relative }, when **{ $title }** is to begin ({ $date }), or as soon as it begins.
remind-before = I’ll send you a direct message { $relative }, { $before } before **{ $title }** is to begin ({ $date }), or as soon as it begins.
remind-too-soon = It is too late for that, so I’ll send you a direct message { $relative }, when **{ $title }** is to begin ({ $date }), or as soon as it begins.
remind-when-it-begins = I’ll send you a direct message as soon as **{ $title }** begins. X doesn’t say a later time for it.
remind-live = **{ $title }** is live already. Listen now.
remind-no-show = **{ $title }** hasn’t begun, long after its time, so there is nothing to remind you of. Look at it on X, or follow its host.
remind-full = You have { $most } reminders open, the most that one may have. Take one back first, or wait until one has come.
remind-closed = I can’t send you direct messages. Allow them in this server’s privacy settings, and press again.
remind-busy = Many people ask to be reminded right now. Try again in a minute.
remind-undone = I won’t remind you of that Space.
remind-undone-late = That reminder has gone out already, or there was none. I won’t remind you of that Space again.
reminder-first = 🔔 Your reminders will come here.
reminder-soon = 🔔 The Space of { $host } is to begin { $relative }.
reminder-soon-unnamed = 🔔 A Space is to begin { $relative }.
reminder-overdue = 🔔 The Space of { $host } was to begin by now. It hasn’t yet.
reminder-overdue-unnamed = 🔔 A Space was to begin by now. It hasn’t yet.
reminder-to-come = 🔔 The Space of { $host } is still to come. X doesn’t say when.
reminder-to-come-unnamed = 🔔 A Space that you wait for is still to come. X doesn’t say when.
reminder-live = 🔴 { $host } is live.
reminder-live-unnamed = 🔴 A Space that you wait for is live.
reminder-no-show = 🔔 The Space of { $host } hasn’t begun.
reminder-no-show-unnamed = 🔔 A Space that you waited for hasn’t begun.
reminder-cancelled = ✖ The Space of { $host } that you wait for was cancelled.
reminder-cancelled-unnamed = ✖ A Space that you wait for was cancelled.
reminder-cancelled-of = ✖ The Space of { $host } that was planned for { $date } was cancelled.
reminder-cancelled-of-unnamed = ✖ The Space that was planned for { $date } was cancelled.
reminder-missed = ⏹ The Space of { $host } is over. I couldn’t see in time that it began; sorry.
reminder-missed-unnamed = ⏹ A Space that you waited for is over. I couldn’t see in time that it began; sorry.
reminder-ended = ⏹ The Space of { $host } is over.
reminder-ended-unnamed = ⏹ The Space that I reminded you of is over.
reminder-emptied = ⏹ A Space that you asked to be reminded of is over.

## Scheduled events

event-description = { $host } on X. Listen: { $url }
event-description-unnamed = A Space on X. Listen: { $url }

## /agenda

agenda-servers-only = The agenda is a server’s. Run the command in a channel of your server.
agenda-nothing = { $days ->
    [one] Nothing is scheduled for this server within a day. Follow more hosts or keywords to see more.
   *[other] Nothing is scheduled for this server within { $days } days. Follow more hosts or keywords to see more.
}
agenda-title = { $days ->
    [one] Coming within a day
   *[other] Coming within { $days } days
}
agenda-more = { $count ->
    [one] … and one more, in the file.
   *[other] … and { $count } more, in the file.
}
agenda-footer = From X · the file is for your calendar

## Lists of Spaces

search-title = { $count ->
    [one] One Space for “{ $query }”
   *[other] { $count } Spaces for “{ $query }”
}
search-nothing = X shows no such Space that is live or scheduled. Try another word, or fewer filters.
search-cut = X shows at most 100 Spaces for a search. Use more words to see others.
by-title = { $count ->
    [one] One Space of theirs
   *[other] { $count } Spaces of theirs
}
by-nothing = They have no Space that is live or scheduled. Follow them to hear of the next one.
by-unknown = { $count ->
    [one] X has no account { $names }. Check the name.
   *[other] X has no accounts { $names }. Check the names.
}
by-unasked = { $count ->
    [one] I couldn’t look up { $names }. Ask again later.
   *[other] I couldn’t look up these { $count }: { $names }. Ask again later.
}
list-gone = That list is more than a day old. Run the command again to get a new one.
line-in-the-room = { $count } in the room
line-reminders = { $count ->
    [one] one reminder
   *[other] { $count } reminders
}
line-tickets = ticketed
menu-open = Show one of these Spaces …

## /follow

follow-servers-only = Following works in servers only. Run the command in a channel of your server.
follow-exists = { $what } is already followed in { $channel }, as #{ $id }. Use /follow edit to change it.
follow-not-here = This server has no such follow. Choose one from the list that appears while you type.
follow-no-account = X has no account { $name }. Check the name, or paste the profile’s link.
follow-account-gone = X doesn’t show that account any more. Check on X whether it still exists.
follow-not-looked = I couldn’t look for its current Spaces, but I’ll watch from now on. { $why }
follow-removed = Removed #{ $id }: { $what } in { $channel }.
follow-of-keyword = the keyword “{ $keyword }”
promise-host-all = Following { $what } as #{ $id }: I’ll post in { $channel } when they schedule a Space and when they go live, and say how it ended.
promise-host-live = Following { $what } as #{ $id }: I’ll post in { $channel } when they go live.
promise-host-scheduled = Following { $what } as #{ $id }: I’ll post in { $channel } when they schedule a Space.
promise-host-live-ended = Following { $what } as #{ $id }: I’ll post in { $channel } when they go live, and say how it ended.
promise-keyword-all = Following { $what } as #{ $id }: I’ll post in { $channel } when somebody schedules a Space with it in the title or goes live with one, and say how it ended.
promise-keyword-live = Following { $what } as #{ $id }: I’ll post in { $channel } when somebody goes live with it in the title.
promise-keyword-scheduled = Following { $what } as #{ $id }: I’ll post in { $channel } when somebody schedules a Space with it in the title.
promise-keyword-live-ended = Following { $what } as #{ $id }: I’ll post in { $channel } when somebody goes live with it in the title, and say how it ended.
promise-no-ping = Nobody is pinged.
promise-ping-live = Each live post pings { $role }; others ping nobody.
promise-ping-scheduled = Each post pings { $role }.
promise-keyword-no-ping = Posts for keywords ping nobody unless min_listeners is 10 or more, so { $role } isn’t pinged.
promise-filters = Only Spaces that pass this: { $filters }.
promise-waits = I’ll post once { $count ->
    [one] one person is
   *[other] { $count } people are
} in the room.
filter-min-listeners = { $count } or more in the room
filter-language = in { $language }
filter-tickets-free = without tickets
filter-tickets-ticketed = with tickets
filter-title-has = title with any of: { $terms }
filter-title-lacks = title with none of: { $terms }
keyword-ask = **Not followed yet:** { $what } costs more than most. Follow it all the same?
button-keep-keyword = Follow it
keyword-cost-about = Today it would have cost about **{ $cost }**, for { $spaces ->
    [one] the one Space
   *[other] the { $spaces } Spaces
} that X shows for it now and { $hosts ->
    [0] no host.
    [one] the one host of those that fit.
   *[other] the { $hosts } hosts of those that fit.
}
keyword-cost-at-least = Today it would have cost at least **{ $cost }**: X shows { $spaces } Spaces for it now, by { $hosts ->
    [one] one host
   *[other] { $hosts } hosts
} that fit, and may have more. A longer phrase finds fewer.
keyword-cost-known = Searches for it have cost this bot **{ $cost }** today already.
keyword-cost-nothing = Today it would have cost nothing so far: X shows no Space for it now.
keyword-cost-unknown = What it would have cost today isn’t known.
keyword-cost-shared = { $others ->
    [one] Another server follows it too, so this one pays half.
   *[other] { $others } other servers follow it too and share the price.
}
keyword-allowance = This server’s keywords may cost { $most } a day; then X isn’t searched for them until the next day (UTC).
keyword-allowance-none = This bot’s budget for X is 0, so X isn’t searched for keywords at all.
keyword-refused = { $what } can’t be followed now: { $why }
keyword-dropped = Nothing new is followed.
keyword-too-late = That question is more than an hour old, is answered already or isn’t yours. Run the command again.
export-done = { $count ->
    [one] One follow, as a file.
   *[other] { $count } follows, as a file.
} It can be changed and given back with /follow import.
button-import = Import
button-drop-import = Cancel
import-shown = From this file: **{ $new } new**, { $there } there already, { $refused } refused. Nothing has changed yet.
import-nothing-new = There is nothing to import.
import-empty = That file holds no follows, so there is nothing to import.
import-unknown-names = { $count ->
    [one] One name isn’t known to me yet. Looking it up on X costs
   *[other] { $count } names aren’t known to me yet. Looking them up on X costs
} up to { $cost } of this server’s budget.
import-refused = - Follow { $number }, { $what }: { $why }
import-left-out = - { $what }: { $why }
import-no-channel = its channel isn’t in this server, or I can’t see it.
import-channel-kind = posts can’t go to its channel.
import-asker-cannot-view = you can’t see its channel.
import-asker-cannot-send = you can’t send messages in its channel.
import-bot-lacks = I lack { $permission } in its channel.
import-no-role = its role isn’t in this server.
import-role-not-mentionable = you can’t mention its role.
import-nobody = X has no account of that name. Check the spelling.
import-done = { $count ->
    [0] No follow was imported.
    [one] Imported one follow. See { $list }.
   *[other] Imported { $count } follows. See { $list }.
}
import-dropped = Nothing was imported.
import-too-late = That import was asked for too long ago, is done already or isn’t yours. Give me the file again.
import-unread = I couldn’t read that file from Discord. Attach it again.
import-not-looked-up = Nothing was imported, since I couldn’t ask X whose the names are. { $why }
roster-too-large = That file is larger than 1 MiB. Give me a smaller one.
roster-not-json = That file isn’t JSON: line { $number } can’t be read. Use a file as /follow export writes it.
roster-no-follows = That file isn’t a list of follows. Use a file as /follow export writes it.
roster-version = That file isn’t of version 1. Use a file as /follow export writes it.
roster-too-many = That file holds more than { $number } follows. Give me a smaller one.
roster-entry = Follow { $number } in that file can’t be used, so nothing was imported. { $why }
roster-not-an-object = It has no fields. Use a file as /follow export writes it.
roster-missing = The field { $field } is missing. Add it.
roster-unknown = There is no field { $field }. Remove it.
roster-value = The field { $field } holds what it can’t. Use a file as /follow export writes it.
roster-repeats = It is follow { $first } once more. Remove one of the two.
edit-done = Changed #{ $id }: { $what } in { $channel }.
edit-same = #{ $id } is like that already: { $what } in { $channel }. Nothing changed.
edit-nothing-given = Nothing was given to change. Add at least one option besides follow, or choose what to clear.
edit-taken = { $channel } follows { $what } already, as #{ $id }. Remove one of the two first.
edit-line = - { $what }: { $from } → { $to }
edit-resumed = - It was paused since I couldn’t post in its channel; it goes on now.
edit-channel = Channel
edit-when = Posts
edit-role = Role to ping
edit-min-listeners = People to wait for
edit-language = Language
edit-tickets = Tickets
edit-title-has = Title with any of
edit-title-lacks = Title with none of
edit-nobody = nobody
edit-none = not set
edit-people = { $count }
now-heading = Live or scheduled now:
now-live = **Live now**: { $title }
now-live-since = **Live now**, began { $when }: { $title }
now-scheduled = **Scheduled**: { $title }
now-scheduled-for = **Scheduled** for { $when }: { $title }
now-nothing = They have no Space right now.
post-now-queued = It will be in { $channel } in a moment. It pings nobody.
post-now-there = { $channel } has a post about that Space already.
post-now-over = That Space is over, so there is nothing to post.
post-now-unknown = I don’t know that Space for this follow any more. Look at it on X.
list-title = { $count ->
    [one] One follow
   *[other] { $count } follows
}
list-page = Page { $page } of { $pages }
list-empty = Nothing is followed in this server yet. Start with { $command }.
list-empty-channel = Nothing is followed in { $channel } yet. Start with { $command }.
list-pings = { $role }
list-rests-allowance = **not searched for** today: what its servers may spend on keywords is used up; again { $when }
list-rests-day = **not searched for** today: the budget for X is nearly used up; again { $when }
list-rests-too-small = **not searched for**: this bot’s budget for X is too small
list-paused-channel-gone = **paused**: the channel is gone
list-paused-forbidden = **paused**: I may not post there
list-paused-locked = **paused**: the thread is locked
list-paused-person = **paused** until somebody resumes it
list-paused-guild-left = **paused**: I was away from this server
pause-done = #{ $id } is paused until somebody resumes it: { $what } in { $channel }.
pause-all-done = { $count ->
    [one] One follow is paused until somebody resumes it.
   *[other] { $count } follows are paused until somebody resumes them.
}
pause-nothing = That is paused already. Resume it to hear of it again.
resume-done = #{ $id } goes on: { $what } in { $channel }.
resume-all-done = { $count ->
    [one] One follow goes on.
   *[other] { $count } follows go on.
}
resume-nothing = Nothing of that is paused. See the list for what is.
dead-heading = I can’t post everywhere that I should, so what is followed there is paused:
dead-channel-gone = { $channel } is gone. Follow it again in another channel, and remove it here.
dead-forbidden = I may not post in { $channel }. Give me View Channel and Send Messages there.
dead-locked = { $channel } is locked. Unlock it, or give me Manage Threads.
dead-after = Once that is mended, it goes on by itself; { $command } takes it up at once.
undo-done = { $what } is followed in { $channel } again, as #{ $id }.
undo-taken = { $what } is followed in { $channel } again by another follow, so there is nothing to bring back.
undo-too-late = That follow was removed too long ago to bring it back. Add it again.
block-title = { $count ->
    [one] One block
   *[other] { $count } blocks
}
block-empty = Nothing is blocked in this server. Give a host or a word to keep out of keyword posts.
block-full = This server has { $most } blocks, the most that it may have. Remove one first.
block-word = titles with “{ $word }”
block-added = Keyword posts leave out { $what } from now on.
block-exists = Keyword posts leave out { $what } already.
block-removed = Keyword posts may show { $what } again.
block-not-there = That isn’t on this server’s block list. Run the command without options to see the list.
test-content = 🔴 This is a sample of my posts: somebody is live.
test-title = A Space about everything
test-footer = From X · only a sample
test-sent = I sent a sample to { $channel }. It pinged nobody; delete it when you have seen it.

## /settings

settings-servers-only = Settings are a server’s. Run the command in a channel of your server.
settings-title = This server’s settings
settings-how = { $set } changes them; { $erase } removes everything that I keep.
settings-changed = Settings changed
settings-cannot-create-events = I may not create events here, so none will appear. Give my role the permission Create Events in the server’s settings.
setting-default = {" "}(default)
setting-language = Language
setting-language-told = **{ $language }**{ $default }, as Discord says: posts and answers that everybody sees are in it.
setting-language-chosen = **{ $language }**{ $default }: posts and answers that everybody sees are in it.
setting-timezone = Time zone
setting-timezone-is = **{ $zone }**{ $default }, where it is { $clock } now: quiet hours and the times in pictures go by it.
setting-quiet = Quiet hours
setting-quiet-off = **Off**{ $default }: posts ping as they are told to, day and night.
setting-quiet-is = **{ $from } to { $to }**{ $default }: posts ping nobody and make no sound then. Afterwards one message in each channel says what was posted.
setting-quiet-now = **{ $from } to { $to }**{ $default }, so it is quiet now; it is over { $over }. Posts ping nobody and make no sound. Afterwards one message in each channel says what was posted.
setting-channel = Channel
setting-channel-none = **Not set**{ $default }: a follow that names no channel posts where it is made.
setting-channel-is = **{ $channel }**{ $default }: a follow that names no channel posts there.
setting-ended = Posts of Spaces that are over
setting-ended-line = **A line stays**{ $default }: within a day they only say that a Space ended.
setting-ended-delete = **Deleted**{ $default }: within a day they are gone.
setting-merge = Hosts who drop out
setting-merge-is = **{ $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }**{ $default }: whoever is back within that goes on in the same post, and rings nobody again.
setting-merge-off = **Always a new post**{ $default }: whoever drops out and is back rings again.
setting-events = Events
setting-events-on = **On**{ $default }: scheduled Spaces become events of this server.
setting-events-off = **Off**{ $default }: scheduled Spaces become no events of this server.
setting-remind = Reminders
setting-remind-start = **At the start**{ $default }, where whoever wants one doesn’t say when.
setting-remind-before = **{ $before } before the start**{ $default }, where whoever wants one doesn’t say when.
erase-ask = **Erase everything that I keep for this server?** It can’t be undone.
    - { $follows ->
        [one] One follow goes
       *[other] { $follows } follows go
    }, and those that could still be brought back; { $blocks ->
        [one] one block
       *[other] { $blocks } blocks
    } as well.
    - So do the server’s language and settings, what its lists were asked for, and why Spaces were posted or not.
    - { $posts ->
        [0] No post of mine needs to be emptied.
        [one] One post of mine stays where it is, but nothing about Spaces stays in it.
       *[other] { $posts } posts of mine stay where they are, but nothing about Spaces stays in them.
    }
    You have 15 minutes to decide.
erase-done =
    Erased: { $follows ->
        [one] one follow
       *[other] { $follows } follows
    }, { $blocks ->
        [one] one block
       *[other] { $blocks } blocks
    }, and everything else that I kept for this server. { $posts ->
        [0] No post needs to be emptied.
        [one] One post is being emptied, which may take a minute.
       *[other] { $posts } posts are being emptied, which may take a few minutes.
    }
erase-kept = Nothing was erased.
erase-too-late = That question is too old, was answered already, or isn’t yours to answer. Run the command again.

## /account

account-off = Linking accounts is switched off on this bot. Whoever runs it can switch it on.
account-link = **Link your account on X**
    - **What it means.** I will know that your Discord account and that account on X belong to the same person. X calls this matching off X, and it takes your express consent: you give it by going through with this. I tell nobody.
    - **What I may read then.** Your profile, whom you follow, Spaces as you see them, and who bought tickets for yours. I can’t post, follow or message. What I read for you, I show to you alone.
    - **What I keep.** That account’s id, and the access that X gives, encrypted. If you look for Spaces of those you follow, a list of them, encrypted, for a week. { $unlink } erases it all and tells X to end the access.
    - **Samples of your own Spaces.** I keep these beyond 24 hours only if you say so on the page.

    1. Open the page and go on to X.
    2. There you get a code of 8 letters and digits.
    3. Come back, press Enter the code and type it. You have ten minutes.
account-linked = Linked: { $handle } on X belongs to you now. { $show } tells what I keep.
account-shown = **Linked** to { $handle } on X, { $when }. Only you see this.
account-samples-kept = I keep samples of your own Spaces for 90 days after their end. Anybody who asks /space insights for you sees them.
account-samples-not-kept = I keep no samples of your own Spaces beyond 24 hours after their end.
account-how-to-unlink = To end the link and erase all of it: { $unlink }
account-unlinked = Unlinked: I have erased your link and what came with it, and X is being told to end my access. That takes a minute, longer if X doesn’t answer.
account-none = You have linked no account on X. { $link } does it.
account-ended-refused = X doesn’t take your link any more: you may have ended it on X. I have erased it. To make a new one: { $link }
account-ended-lost = Your link got lost: I was stopped while X renewed it. I have erased it, and you lost nothing else. Please link again: { $link }
account-unreadable = I can’t open your link any more, since this bot’s secret key was changed. Please link again: { $link }
code-wrong = That isn’t the code. Look at the page and try again: { $left ->
        [one] one try is left.
       *[other] { $left } tries are left.
    }
code-too-many = That was one wrong code too many, so nothing was linked and X is told to end the access. Begin anew: { $link }
code-too-late = The code came too late, so nothing was linked and X is told to end the access. Begin anew: { $link }
code-not-yet = There is no code yet. Open the page first and go on to X; then you get one.
code-nothing = No code of yours is awaited: it was used, is too old, or belongs to somebody else. Begin anew: { $link }
form-code-title = Enter the code
form-code-label = The code that the page shows
form-code-placeholder = 8 letters and digits
button-open-page = Open the page
button-enter-code = Enter the code
button-samples-on = Keep samples of my Spaces
button-samples-off = Stop keeping samples

## /space buyers

buyers-title = Tickets: { $title }
buyers-footer = From X · shown to you alone
buyers-none = Nobody has bought a ticket for that Space yet.
buyers-not-creator = Only who created a Space may see its ticket buyers, and the account that you linked didn’t create that one.
buyers-not-ticketed = That Space has no tickets, so there are no buyers.
buyers-forbidden = X doesn’t let your linked account see these buyers. It may lack a permission that X asks for now, or not have created the Space. Link again to renew the permissions: { $link }

## /discover

following-title = { $count ->
    [one] One Space by accounts that you follow
   *[other] { $count } Spaces by accounts that you follow
}
following-among = Looked at: { $count ->
    [one] one account
   *[other] { $count } accounts
}
following-nothing = Nobody whom you follow has a Space that is live or scheduled.
following-missing = X doesn’t know your linked account any more. Check it on X, or link another one.
following-forbidden = X doesn’t let me see whom you follow. Link again to renew the permissions: { $link }
following-ask =
    To find these Spaces, I have to read whom you follow on X. That costs this bot’s budget **up to { $cost }**, for the { $most } accounts that you followed last. I keep the list for a week, encrypted and for you alone; unlinking erases it.
button-read-following = Read them

## The bot's own pages

page-ask-title = Link your account on X
page-discord-account = Discord account
page-ask-warning = You began this in Discord as { $name }. If that isn’t you, or you didn’t ask for it in Discord, close this page: somebody may want to link your account to theirs.
page-ask-means = What linking means
page-ask-matching = Spacebell will know that this Discord account and your account on X belong to the same person. X calls this matching off X. Spacebell tells nobody.
page-ask-reads = It may read your profile, whom you follow, Spaces as you see them, and who bought tickets for yours. It can’t post, follow or message.
page-ask-keeps = It keeps your X account’s id and the access, encrypted, until you type /account unlink in Discord.
page-ask-samples = Also keep samples of my own Spaces for insights
page-ask-samples-note = How many were in the room and when, for 90 days after the end instead of one. Anybody who asks /space insights for you sees them. You can change this with /account show.
page-ask-go-on = I agree: go on to X
page-code-title = One step is left
page-code-type = Go back to Discord, press “Enter the code” below the bot’s answer, and type this within ten minutes:
page-code-links = It links { $handle } on X to this account:
page-code-warning = Give the code to nobody. If you aren’t { $name } on Discord, close this page: without the code nothing is linked.
page-used = This address was used already
page-used-text = Each link is good for one time. If your account isn’t linked yet, type /account link in Discord again.
page-too-old = This address is too old
page-too-old-text = You have ten minutes to link an account. Type /account link in Discord again.
page-unknown = This address isn’t good
page-unknown-text = It was mistyped, is too old, or a newer one took its place. Type /account link in Discord again.
page-no-state = Something is missing in this address
page-no-state-text = X should have sent you here with it. Type /account link in Discord again, and open the page from there.
page-denied = Nothing was linked
page-denied-text = You didn’t give access on X, so nothing was linked or kept. You can close this page.
page-refused = X doesn’t take this answer
page-refused-text = It is too old, was used before, or belongs to another link, so nothing was linked. Type /account link in Discord again.
page-unavailable = X isn’t answering
page-unavailable-text = Nothing was linked. Wait a minute and type /account link in Discord again.
page-broken = This bot isn’t set up right
page-broken-text = X doesn’t let it link accounts, so nothing was linked. Tell whoever runs the bot.
page-store = Something went wrong on our side
page-store-text = Nothing was linked. Wait a minute and type /account link in Discord again.
page-nothing = There is nothing here
page-nothing-text = To link an account, type /account link in Discord.

## Where posts go

target-wrong-kind = Posts can’t go to { $channel }. Choose a text channel, an announcement channel or a thread with the channel option.
target-asker-cannot-view = You can’t see that channel. Choose one that you can see and send messages in.
target-asker-cannot-send = You can’t send messages in { $channel }. Choose a channel where you can.
target-bot-cannot-view = I can’t see { $channel }. Give me View Channel in its permissions, then try again.
target-bot-lacks = I can’t post in { $channel }. Give me { $permission } in its permissions, then try again.
target-no-embeds = I lack Embed Links in { $channel }, so posts there are one plain line. Give it to me for the full card.
target-bot-cannot-mention = I can’t ping { $role }. Make the role mentionable, or give me Mention Everyone.
target-role-everyone = The role that everybody has can’t be pinged. Choose a role that people take if they want to be pinged.
target-role-not-mentionable = You can’t mention { $role }. Make the role mentionable, or ask somebody who may mention everyone.
target-default-gone = The channel of this server’s settings, { $channel }, is gone. Set another one, or name one with the channel option.
permission-view = View Channel
permission-send = Send Messages
permission-send-in-threads = Send Messages in Threads
permission-embed-links = Embed Links

## What is wrong with an option

why-servers-only = That works in servers only. Run the command in a channel of your server.
why-unheard = No follow of this server has heard of { $space }: in the last seven days it was neither by a host who is followed here nor did a followed keyword find it. Check the link, or look at the Space with /space show.
why-unheard-here = Nothing that this channel follows has heard of { $space }: in the last seven days it was neither by a host who is followed here nor did a followed keyword find it. Check the link, or ask in the channel where you expected it.
why-search-rests = Today X isn’t searched any more for { $what }{ $others ->
    [0] {""}
    [one] {" "}and one other keyword here
   *[other] {" "}and { $others } other keywords here
}, as what may be spent on that is used up; it is again { $when }. Spaces that only a search finds go unheard meanwhile.
why-title = Space { $id }: posted or not
why-removed = (removed since)
why-scheduled = - As scheduled: { $why }
why-live = - As live: { $why }
why-posted = posted, { $link }
why-posted-gone = posted; the message isn’t there any more
why-posted-late = posted late and so without a ping, { $link }
why-posted-late-gone = posted late and so without a ping; the message isn’t there any more
why-continued = the post of the Space that its host had just left went on with it, { $link }
why-continued-gone = the post of the Space that its host had just left went on with it
why-planned = a post is on its way
why-not-wanted = not posted, since the follow didn’t want that kind of post
why-blocked = not posted, since the server’s block list held its host or a word of its title
why-keyword-cap = not posted but counted, since the channel had had its { $most } keyword posts for that hour
why-live-before = not posted by itself, since it was live before the follow was made; whoever made it was told then
why-paused = not posted, since the follow was paused
why-begun-before = not posted, since it began before that could be sent; the live post says more
why-over-before = not posted, since it was over before that could be sent
why-unfollowed = not posted, since the follow was removed before that could be sent
why-target-gone = not posted, since the channel was gone
why-forbidden = not posted, since I may not post there; /follow test says what is missing
why-rejected = not posted, since a filter of the server, such as AutoMod, refused the message
why-uncertain = maybe posted: Discord didn’t say, and I can’t read the channel’s history to find out, so I didn’t send it again. Give me Read Message History there
why-malformed = not posted, since Discord couldn’t read the message; that is my fault, and whoever runs me finds it in the log
why-not-looked-up = waiting: X hasn’t said enough of it yet for the follow’s filters to be judged
why-waits = waiting for it to begin, and for { $least } people in the room
why-too-few = not posted, since { $least } people were never seen in the room
why-too-few-of = waiting for { $least } in the room; the most so far were { $peak }
why-too-few-then = not posted, since too few people were in the room for the follow as it was then
why-other-language = not posted, since it was in another language than the follow wants
why-other-tickets = not posted, since its tickets weren’t what the follow wants
why-title-lacks = not posted, since its title held none of the words that the follow wants
why-title-has = not posted, since its title held a word that the follow doesn’t want
why-told-already = told by the channel’s post for another follow, { $link }
why-told-already-gone = told by the channel’s post for another follow
why-made-after = not posted, since it was scheduled before the follow was made; it’s posted when it goes live
why-over = not posted, since it was over before anything was decided for the follow
why-not-yet = nothing is decided yet; ask again in a minute
option-follow-not-an-id = That isn’t a follow. Choose one from the list that appears while you type.
option-channel-not-here = That channel isn’t in this server, or I can’t see it. Choose another one.
option-role-not-here = That role isn’t in this server. Choose another one.
option-when-unknown = That isn’t a choice of the option when. Choose one from the list.
option-choice-unknown = That isn’t a choice of the option { $option }. Choose one from the list.
option-query-empty = There is nothing to search for. Type words that a Space’s title should hold.
option-query-too-long = That is too long to search for. Type at most 100 characters.
option-language-unknown = That isn’t a language’s code. Choose one from the list that appears while you type, such as en or ja.
option-terms = The option { $option } can’t be used. { $why }
option-nobody-before = Nobody is in the room of a Space that hasn’t begun, so min_listeners would keep every scheduled post away. Leave it out, or choose another when.
option-no-file = There is no file. Attach one as /follow export writes it.
option-clear-and-set = The option { $option } is given and is to be cleared. Do one of the two.
option-block-both = A host and a word were given. Block one at a time.
option-space-or-host = Choose a Space or a host: one of the two.
option-unblock-nothing = Nothing was given to take off the list. Give a host or a word.
option-number-out-of-range = The option { $option } takes a whole number from { $least } to { $most }. Type one of them.
option-time-of-day = The option { $option } takes a time of day, such as 22:30. Nothing was changed.
option-quiet-half = Quiet hours need both quiet_from and quiet_to. Nothing was changed.
option-timezone-unknown = There is no such time zone. Choose one from the list that appears while you type, such as Europe/Berlin. Nothing was changed.
option-language-unspoken = I don’t speak that language. I speak these: { $languages }. Type auto to go by Discord. Nothing was changed.
option-nothing-set = Nothing was given to change. Name at least one option.
option-command-unknown = I don’t know that command in this form. Wait a minute for Discord to refresh its commands, then try again.

## What went wrong

sorry-quota = You have asked about { $most } new Spaces within ten minutes, the most that one person may. Ask again { $when }.
sorry-x-limited = X takes no more questions right now. Try again { $when }.
sorry-x-credits = X answers no questions because this bot’s credits are spent. Try again later, or tell whoever runs the bot.
sorry-x-token = X doesn’t let this bot in. Tell whoever runs the bot.
sorry-x-refused = X didn’t accept that question. Check what you typed.
sorry-x-unavailable = X isn’t answering right now. Try again in a minute.
sorry-budget-day = Today’s budget for questions to X is used up. It is back { $when }.
sorry-budget-commands = Today’s budget for commands is used up; posts go on. It is back { $when }.
sorry-budget-keywords = What the servers that follow this keyword may spend on keywords is used up for today. It is searched again { $when }.
sorry-budget-too-small = This bot’s budget for X is too small for that: what it leaves to commands a day doesn’t pay for one answer. Posts go on; ask whoever runs the bot to raise it.
sorry-budget-guild = This server’s share of today’s budget for commands is used up; posts go on. It is back { $when }.
sorry-store = I couldn’t reach my memory, so nothing was changed. Try again in a minute.
sorry-discord = Discord didn’t answer me, so nothing was changed. Try again in a minute.
sorry-send-forbidden = Discord doesn’t let me post in { $channel }. Check my permissions there, and that it isn’t locked.
sorry-send-filtered = A filter of this server refused the message in { $channel }. Allow my messages in AutoMod.
sorry-guild-full = This server has { $most } follows, the most that it may have. Remove one first.
sorry-keywords-off = Following keywords is switched off here. Follow hosts, or ask whoever runs the bot.
sorry-keywords-full = This server has { $most } keywords, the most that it may have. Remove one first.
sorry-channel-full = That channel has { $most } follows, the most that it may have. Use another channel, or remove one first.
sorry-unexpected = Something went wrong on my side. Try again, and tell whoever runs the bot if it stays so.
sorry-too-slow = That took too long, so I stopped. Try again in a minute.

# Posts shared in a Space

posts-title = Posts shared in { $title }
posts-title-unknown = Posts shared in this Space
posts-page = Page { $page }
posts-open = Open on X
posts-author-unknown = An account on X
posts-no-text = (no text)
posts-none = Nobody has shared a Post in that Space so far. Ask again later while it is live.
posts-no-space = X has no Space with that id, or it is over, so its Posts can’t be shown. Check the link.

discover-title = { $count ->
    [one] { $count } live Space that I know of
   *[other] { $count } live Spaces that I know of
}
discover-nothing = I know of no live Space right now. Search for one with /space search, or follow hosts and keywords.

# Insights

insights-peak = Peak
insights-peak-at = { $count } at { $clock }
insights-mean = On average
insights-duration = Duration
insights-speakers = Most speakers
insights-live-since = Live since { $from }.
insights-ran = From { $from } until { $until }.
insights-counted = { $minutes ->
    [one] People in the room, counted in { $minutes } minute.
   *[other] People in the room, counted in { $minutes } minutes.
}
insights-footer = From X, counted once a minute · times in the picture: { $zone }
insights-past = A Space that is over
insights-line = { $when } · { $title } · peak { $peak } · average { $mean } · { $duration }
insights-host-title = { $count ->
    [one] The last Space of { $host }
   *[other] The last { $count } Spaces of { $host }
}
insights-usually = Usually
insights-habit = On a { $day }, between { $hour } and the next full hour.
insights-no-habit = It takes three Spaces to say. Counts are kept for a day; for longer only if the host has linked the account and agreed.
insights-weekday = { $day ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
insights-described = Line chart of the people in the room of a Space over { $duration }: at most { $peak }, at { $time }; { $mean } on average.
insights-described-speakers = Line chart of the people in the room of a Space over { $duration }: at most { $peak }, at { $time }; { $mean } on average. Below it the speakers: at most { $speakers }.
insights-described-host = { $count ->
    [one] Bar chart of a Space: most people in the room, average, duration.
   *[other] Bar chart of { $count } Spaces: most people in the room, average, duration of each.
}
insights-described-space = { $when }: at most { $peak }, { $mean } on average, { $duration }.
insights-no-picture = I couldn’t draw the picture. The figures are below; ask again for the picture.
insights-too-few-yet = { $counts ->
    [0] I haven’t counted this Space yet. I count once a minute and need { $needed } counts: ask again in a few minutes.
    [one] I have { $counts } count of this Space so far and need { $needed }. Ask again in a few minutes.
   *[other] I have { $counts } counts of this Space so far and need { $needed }. Ask again in a few minutes.
}
insights-too-few = { $counts ->
    [one] That Space was counted in { $counts } minute only, and a picture needs { $needed }. Ask about a longer one.
   *[other] That Space was counted in { $counts } minutes only, and a picture needs { $needed }. Ask about a longer one.
}
insights-not-begun = This Space hasn’t begun, so there is nobody to count. Ask again once it is live.
insights-not-followed = Nobody here follows this Space, so I don’t count it. Follow its host with { $follow }, and I count from then on.
insights-never-counted = I wasn’t counting while that Space was live. Follow its host with { $follow } before the next one.
insights-over-for-long = That Space has been over for more than a day, and counts are kept longer only for hosts who linked their account and agreed. Ask within a day of the next one.
insights-unknown = I know no Space with that id: I count only Spaces that somebody follows. Check the link, or follow the host with { $follow }.
insights-host-nothing = I counted no Space of that host in the last day. Ask again once one has been live for a few minutes.
insights-host-not-followed = Nobody here follows that host, so I don’t count their Spaces. Follow them with { $follow }, and I count from then on.

## /help

help-title = Spacebell
help-what = I ring in your channels when Spaces on X are scheduled, go live or end.
help-steps = Three steps to the first ring
help-steps-text =
    1. Follow somebody: { $follow }
    2. See what a post looks like: { $test }
    3. See what you follow: { $list }
help-here = In this channel
help-here-good = I can post in { $channel }: nothing is missing.
help-commands = Commands
help-account = Your own account on X
help-follow = Commands for those who may manage this server

## /status

status-title = Status of Spacebell
status-working = **Working.** Posts come as soon as X shows a change. I started, or last recovered, { $when }.
status-degraded = **Degraded.**
status-x-fails = X stopped answering { $when }. Posts come late; what is still on then is posted.
status-credits = This bot’s credits with X ran out { $when }. Nothing new is found until whoever runs it buys some.
status-budget-day = Today’s budget for X is used up. Spaces that are known are still watched; new ones are found again { $when }.
status-budget-keywords = Today’s budget for X is nearly used up. Hosts are still watched; keywords are searched again { $when }.
status-gateway = The connection to Discord went down { $when }. Commands may go unanswered; posts go on.
status-discord = Discord has me wait before I send more. Posts come late; none is lost.
status-late = Posts are waiting to be sent, the oldest for { $age }. They come late; none is lost.
status-store = I lost touch with my memory { $when }. Nothing can be changed, and posts come late.
status-queue-unknown = The database can’t be read.
status-queue-empty = Nothing waits to be sent.
status-queue-due = { $count } waiting to be sent, the oldest for { $age }.
status-limit-answered = `{ $endpoint }` { $left } left · answered { $when }
status-limit-fails = `{ $endpoint }` { $left } left · **failing**, first { $when }
status-limit-unasked = `{ $endpoint }` { $left } left · not asked yet
status-spent = { $total } of { $budget }: hosts { $hosts }, keywords { $keywords }, commands { $commands }
status-spent-kinds = By what it was: Spaces { $space }, accounts { $user }, Posts { $post }, following lists { $following }, starts and ends that X told { $event }
status-steps = Commands ask nothing new from { $commands } on, keywords rest from { $keywords } on, new Spaces of hosts aren’t found from { $hosts } on. The next day begins { $when }.
status-budget-zero = A budget of 0 asks X for nothing that may cost.
status-projected = If the day goes on like this, it comes to { $day }.
status-per-space = Announced today: { $count ->
    [one] one Space, { $cost }
   *[other] { $count } Spaces, { $cost } each
} (hosts and keywords)
status-month = This month (UTC): { $month }
status-dearest = Dearest today: { $list }
status-dearest-keyword = “{ $keyword }” { $cost }
status-dearest-server = server { $server } { $cost }
status-push-off = Off (`X_PUSH`): starts and ends are asked for.
status-push-stream = a stream
status-push-webhook = a webhook
status-push-works = By { $way }, connected { $when }; for { $hosts ->
    [one] one host.
   *[other] { $hosts } hosts.
}
status-push-fails = By { $way }, which failed { $when }; starts and ends are asked for meanwhile.
status-push-rests = By { $way }, which rests as today’s budget for X is used up; new Spaces are found again { $when }.
status-push-cap = X lets this app hold { $cap } subscriptions, two a host; the hosts beyond are asked for.
status-push-refused = By { $way }, which X refused { $when }; starts and ends are asked for. `spacebell check` says what to do.
status-connected = Connected { $when }.
status-watching = Follows: { $follows } · servers with follows: { $servers } · Spaces known: { $spaces }
status-delay-sight = Start to seen: half within { $median }, 95 % within { $slow }, the last { $last } (of { $count })
status-delay-sight-none = Start to seen: none yet
status-delay-post = Seen to posted: half within { $median }, 95 % within { $slow }, the last { $last } (of { $count })
status-delay-post-none = Seen to posted: none yet
status-field-delays = Delays (24 hours)
status-field-queue = Outbox
status-field-x = Requests left on X
status-field-budget = Spent today (UTC)
status-field-push = X tells of starts and ends
status-field-discord = Discord’s gateway
status-field-watching = Watching

## The operators' channel

operator-store = ⚠️ The database stopped taking writes { $when }, so nothing new rings. Look at its disk and its folder’s permissions; the log says more.
operator-store-over = ✅ The database can be written again. What couldn’t be kept was told { $when }.
operator-token = ⚠️ X refuses `X_BEARER_TOKEN`, first { $when }, so nothing new rings. Copy it anew from X’s developer console (your app, Keys and tokens) and start me again.
operator-token-over = ✅ X takes `X_BEARER_TOKEN` again. That it didn’t was told { $when }.
operator-credits = ⚠️ X said { $when } that the credits are spent. Nothing rings until there are some again: buy them in X’s developer console (Billing). I ask again every ten minutes.
operator-credits-over = ✅ X has credits again. That they were spent was told { $when }.
operator-budget-near = ⚠️ 80 % of today’s budget for X is spent. Commands answer from what I know until the next day, { $when }; keyword searches stop at 90 %, finding new Spaces of hosts at 100 %. If that is too early, raise `X_DAILY_BUDGET_USD` and start me again; `/status` says what it went for.
operator-push = ⚠️ X said { $when } that this app isn’t told of starts and ends. I ask for them instead, which loses seconds and nothing else. Give the app access to X’s Activity API, or set `X_PUSH=off`.
operator-push-cap = ⚠️ X said { $when } that this app holds as many subscriptions as it may, fewer than `X_PUSH_SUBSCRIPTIONS` says. The hosts beyond are asked for, which loses seconds and nothing else. The log says how many there are: set `X_PUSH_SUBSCRIPTIONS` to that, or ask X for more.
operator-push-over = ✅ X tells me of starts and ends again. That it didn’t was told { $when }.
operator-budget = ⚠️ Today’s budget for X is spent. Spaces that I know still ring and end; new ones are found again { $when }. If that is too early, raise `X_DAILY_BUDGET_USD` and start me again.
operator-budget-over = ✅ There is budget for X again. That it was spent was told { $when }.

## Choices

ended-line = Leave a line that says that it ended
ended-delete = Delete the post
choice-language-auto = As Discord says for this server
choice-timezone = { $zone } · { $clock } now
when-all = Everything: scheduled, live and how it ended
when-live = Live only
when-scheduled = Scheduled only
when-live-ended = Live, and how it ended
state-live = Live now
state-scheduled = Scheduled
state-all = Live and scheduled
sort-listeners = Most people first
sort-soonest = Soonest first
sort-newest = Newest first
tickets-any = With and without tickets
tickets-free = Without tickets
tickets-ticketed = With tickets
choice-over = over · { $host } · { $id }
choice-all-follows = All of them
choice-live = Live: { $title } { $host }
choice-scheduled = Scheduled: { $title } { $host }
choice-ended = Over: { $title } { $host }

## What commands and options are for

define-space-group = Look at Spaces on X
define-space-show = Show a Space: who hosts it, how many are in the room, when it starts
define-space-search = Search the titles of Spaces that are live or scheduled
define-query = Words that the title should hold
define-state = Which Spaces (default: live and scheduled)
define-sort = What comes first (default: most people)
define-language = Only in this language, by its two-letter code
define-tickets = With tickets or without (default: both)
define-space-by = Show what these hosts have live or scheduled
define-space-insights = Draw how many were in the room over time, or a host’s last Spaces
define-space-posts = List the Posts shared in a Space
define-space-remind = Send you a direct message before a Space begins
define-before = How many minutes before its start, 0 to 1,440
define-hosts = 1 to 100 X accounts, with spaces or commas between them
define-show-linked = In a message’s menu, Apps: show each Space that the message links to
define-status = Whether I work, since when, and what it means if I don’t
define-agenda = What is coming for this server, with a file for your calendar
define-days = How many days ahead, 1 to 14
define-space = A Space’s link or id
define-private = Show it to you alone (default: yes)
define-follow-group = Choose what this server’s channels hear of
define-follow-host = Ring when somebody schedules a Space or goes live
define-host = An X account: @name or a link to the profile
define-channel = Where to post (default: the server’s setting, else here)
define-when = Which posts (default: everything)
define-role = A role to ping
define-follow-keyword = Ring when a Space’s title holds these words
define-keyword = One to five words, found in this order
define-min-listeners = Post when this many are in the room
define-title-has = Only if the title holds one of these, with commas between them
define-title-lacks = Not if the title holds one of these, with commas between them
define-follow-list = List what is followed
define-list-channel = Only what this channel hears of
define-follow-edit = Change what a follow posts, where, and whom it pings
define-edit-channel = Where to post from now on
define-edit-when = Which posts
define-edit-tickets = With tickets or without
define-clear = What the follow shall do without
define-follow-remove = Stop following
define-follow = A follow, by its number
define-follow-pause = Pause a follow until somebody resumes it
define-follow-resume = Resume a follow that is paused
define-follows = The follow’s number, or all
define-follow-block = Keep a host or a word out of keyword posts, or see the list
define-block-host = An X account to keep out
define-block-word = A word or phrase to keep out
define-block-remove = Take it off the list
define-follow-export = The follows as a file, to keep or to move to another server
define-follow-import = Follows from a file; I show what would change first
define-import-file = A file as /follow export writes it
define-follow-test = Post a sample, or say what is missing for it
define-test-channel = Where to post it (default: the server’s setting, else here)
define-settings-group = What this server decides for itself
define-settings-show = Show what is set, what it means, and what is as it comes
define-settings-set = Change one or more settings
define-set-language = The language of posts and shared answers (auto: as Discord says)
define-set-timezone = The time zone of quiet hours and pictures, such as Europe/Berlin (default: UTC)
define-set-channel = Where follows post that name no channel (the one that is set: none)
define-set-events = Whether scheduled Spaces become events of this server (default: no)
define-set-ended = What is left of a post, a day after its Space ended (default: a line)
define-set-merge = Minutes that a host may be away and go on in the same post (default: 10; 0: never)
define-set-quiet-from = When posts begin to be quiet, such as 22:30 (the same as quiet_to: never)
define-set-quiet-to = When posts may be heard again, such as 07:00
define-set-remind = Minutes before a Space’s start that reminders come (default: 0)
define-settings-erase = Erase everything that I keep for this server, after a question
define-why = Why a Space was posted here, or wasn’t
define-account-group = Link your own account on X, see the link, or end it
define-account-link = Link your account on X to your Discord account
define-account-show = Show which account on X you linked
define-account-unlink = End the link and erase what came with it
define-discover-group = Find Spaces that nobody told you of
define-discover-now = Live Spaces: what fits this server first, then the largest known
define-discover-following = Spaces by accounts that you follow on X (linked account needed)
define-space-buyers = Who bought tickets for your Space (linked account needed)
define-help = How to start, and all commands

## Posts. $roles is empty or ends with a space; the sign only repeats what the words say.

post-scheduled = 📅 { $roles }{ $host } has scheduled a Space
post-scheduled-unnamed = 📅 { $roles }A Space is scheduled
post-live = 🔴 { $roles }{ $host } is live
post-live-unnamed = 🔴 { $roles }A Space is live
post-live-since = 🔴 { $host } is live since { $extra }
post-live-since-unnamed = 🔴 A Space is live since { $extra }
post-pointer = 🔴 { $host } is live: { $extra }
post-pointer-unnamed = 🔴 The Space is live: { $extra }
post-ended = ⏹ { $host }'s Space ended
post-ended-unnamed = ⏹ The Space ended
post-cancelled = ✖ { $host }'s Space was cancelled
post-cancelled-unnamed = ✖ The Space was cancelled
post-no-show = ✖ { $host }'s Space didn’t begin as planned
post-no-show-unnamed = ✖ The Space didn’t begin as planned
post-emptied = ⏹ A Space by { $host } ended{ $figures }
post-emptied-unnamed = ⏹ A Space ended{ $figures }
post-emptied-cancelled = ✖ A Space by { $host } was cancelled
post-emptied-cancelled-unnamed = ✖ A Space was cancelled
post-forgotten = ⏹ A Space by { $host } is over
post-forgotten-unnamed = ⏹ A Space is over
post-erased = This post was emptied on request.
post-peak = peak { $count }
post-and-more =
    { $count ->
        [one] … and { $count } more Space that matched a keyword this hour
       *[other] … and { $count } more Spaces that matched a keyword this hour
    }
post-keywords = Keywords
post-renamed = Renamed. It was: { $from }
post-reopened = Reopened: the host dropped out and goes on in this Space
post-moved = Moved. It was planned for { $from }
post-listen = Listen
post-open = Open on X
post-never-host = Never this host here

## What was posted in quiet hours. $time is a time of day; the sign is the same in every language.

digest = 🌙 The quiet hours are over. This was posted in them:
digest-live = - { $time } A Space went live, and is still on: { $link }
digest-live-over = - { $time } A Space went live; it is over by now: { $link }
digest-scheduled = - { $time } A Space was scheduled: { $link }
digest-scheduled-live = - { $time } A Space was scheduled, and is live by now: { $link }
digest-scheduled-no-show = - { $time } A Space was scheduled, and hasn’t begun as planned: { $link }
digest-scheduled-cancelled = - { $time } A Space was scheduled, and cancelled since: { $link }
digest-scheduled-over = - { $time } A Space was scheduled; it is over by now: { $link }
digest-more = { $count ->
    [one] … and one more post above.
   *[other] … and { $count } more posts above.
}
