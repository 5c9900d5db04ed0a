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
