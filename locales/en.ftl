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

## Posts. $roles is empty or ends with a space; the sign only repeats what the words say.

post-scheduled = 📅 { $roles }{ $host } has scheduled a Space
post-scheduled-unnamed = 📅 { $roles }A Space is scheduled
post-live = 🔴 { $roles }{ $host } is live
post-live-unnamed = 🔴 { $roles }A Space is live
post-live-since = 🔴 { $host } is live, since { $extra }
post-live-since-unnamed = 🔴 A Space is live, since { $extra }
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
post-peak = peak { $count }
post-and-more =
    { $count ->
        [one] … and { $count } more Space that matched a keyword this hour
       *[other] … and { $count } more Spaces that matched a keyword this hour
    }
post-keywords = Keywords
post-renamed = Renamed. It was: { $from }
post-moved = Moved. It was planned for { $from }
post-listen = Listen
post-open = Open on X
