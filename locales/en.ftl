# What Spacebell says, in English. One section a part of the bot; a key begins with its section's name.
# Values of variables are escaped already. Each error says what happened and what to do.

## General

general-untitled = Untitled Space

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
follow-exists = { $what } is already followed in { $channel }, as #{ $id }. Remove that follow first to change it.
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
promise-keyword-no-ping = Posts for keywords ping nobody, so { $role } isn’t pinged.
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
erase-ask = **Erase everything that I keep for this server?** It can’t be undone.
    - { $follows ->
        [one] One follow goes
       *[other] { $follows } follows go
    }, and those that could still be brought back; { $blocks ->
        [one] one block
       *[other] { $blocks } blocks
    } as well.
    - So do the server’s language, what its lists were asked for, and why Spaces were posted or not.
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
permission-view = View Channel
permission-send = Send Messages
permission-send-in-threads = Send Messages in Threads
permission-embed-links = Embed Links

## What is wrong with an option

option-follow-not-an-id = That isn’t a follow. Choose one from the list that appears while you type.
option-channel-not-here = That channel isn’t in this server, or I can’t see it. Choose another one.
option-role-not-here = That role isn’t in this server. Choose another one.
option-when-unknown = That isn’t a choice of the option when. Choose one from the list.
option-minutes = That isn’t a number of minutes from 0 to { $most }. Type one of them.
option-days = That isn’t a number of days from 1 to { $most }. Type one of them.
option-choice-unknown = That isn’t a choice of the option { $option }. Choose one from the list.
option-query-empty = There is nothing to search for. Type words that a Space’s title should hold.
option-query-too-long = That is too long to search for. Type at most 100 characters.
option-language-unknown = That isn’t a language’s code. Choose one from the list that appears while you type, such as en or ja.
option-block-both = A host and a word were given. Block one at a time.
option-unblock-nothing = Nothing was given to take off the list. Give a host or a word.
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
status-field-discord = Discord’s gateway
status-field-watching = Watching

## The operators' channel

operator-store = ⚠️ The database stopped taking writes { $when }, so nothing new rings. Look at its disk and its folder’s permissions; the log says more.
operator-store-over = ✅ The database can be written again. What couldn’t be kept was told { $when }.
operator-token = ⚠️ X refuses `X_BEARER_TOKEN`, first { $when }, so nothing new rings. Copy it anew from X’s developer console (your app, Keys and tokens) and start me again.
operator-token-over = ✅ X takes `X_BEARER_TOKEN` again. That it didn’t was told { $when }.
operator-credits = ⚠️ X said { $when } that the credits are spent. Nothing rings until there are some again: buy them in X’s developer console (Billing). I ask again every ten minutes.
operator-credits-over = ✅ X has credits again. That they were spent was told { $when }.
operator-budget = ⚠️ Today’s budget for X is spent. Spaces that I know still ring and end; new ones are found again { $when }. If that is too early, raise `X_DAILY_BUDGET_USD` and start me again.
operator-budget-over = ✅ There is budget for X again. That it was spent was told { $when }.

## Choices

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
choice-all-follows = All of them
choice-live = Live: { $title } { $host }
choice-scheduled = Scheduled: { $title } { $host }

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
define-channel = Where to post (default: here)
define-when = Which posts (default: everything)
define-role = A role to ping
define-follow-keyword = Ring when a Space’s title holds these words
define-keyword = One to five words, found in this order
define-follow-list = List what is followed
define-list-channel = Only what this channel hears of
define-follow-remove = Stop following
define-follow = A follow, by its number
define-follow-pause = Pause a follow until somebody resumes it
define-follow-resume = Resume a follow that is paused
define-follows = The follow’s number, or all
define-follow-block = Keep a host or a word out of keyword posts, or see the list
define-block-host = An X account to keep out
define-block-word = A word or phrase to keep out
define-block-remove = Take it off the list
define-follow-test = Post a sample, or say what is missing for it
define-test-channel = Where to post it (default: here)
define-settings-group = What this server decides for itself
define-settings-erase = Erase everything that I keep for this server, after a question
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
