# What Spacebell says, in Japanese. The same keys, values and order as en.ftl.

## General

general-untitled = 無題のスペース
general-unseen-title = タイトル未確認

## Lengths of time

duration-seconds = { $seconds }秒
duration-minutes = { $minutes }分
duration-hours = { $hours }時間
duration-hours-minutes = { $hours }時間{ $minutes }分
duration-days = { $days }日
duration-days-hours = { $days }日{ $hours }時間

## Keywords

keyword-empty = キーワードが空です。タイトルに含まれてほしい語を1～{ $words }語で入力してください。
keyword-no-letters = キーワードに文字も数字もありません。「🦀」ではなく「rust 🦀」のように語を加えてください。
keyword-too-short = キーワードが短すぎます。文字か数字を{ $chars }字以上入力してください。
keyword-too-long = キーワードが長すぎます。{ $chars }字以内に短くしてください。
keyword-not-words = キーワードはタイトルに含まれる語です。リンクやメンションではなく、探したい語を入力してください。
terms-empty = 語がありません。1つ以上の語をカンマで区切って入力してください。
terms-too-long = 長すぎます。{ $chars }字以内にしてください。
keyword-too-many-words = キーワードの語が多すぎます。大切な{ $words }語に絞るか、キーワードを2つに分けてフォローしてください。

## What people type

input-space-empty = スペースが指定されていません。https://x.com/i/spaces/… のようなリンクか、IDを入力してください。
input-space-too-long = スペースの指定として長すぎます。https://x.com/i/spaces/… のようなリンクだけを貼り付けてください。
input-space-other-site = Xへのリンクではありません。https://x.com/i/spaces/ で始まるスペースのリンクを貼り付けてください。
input-space-not-a-space = Xへのリンクですが、スペースではありません。スペースを開いて「共有」を選び、表示されるリンクを貼り付けてください。
input-space-not-an-id = スペースのリンクでもIDでもありません。https://x.com/i/spaces/ で始まるリンクを貼り付けてください。
input-host-empty = アカウントが指定されていません。@name のようにXのアカウントを入力してください。
input-host-too-long = アカウントの指定として長すぎます。@name のようにXのアカウントを1つ入力してください。
input-host-other-site = Xへのリンクではありません。@name のようにアカウント名を入力するか、プロフィールのリンクを貼り付けてください。
input-host-not-a-profile = Xへのリンクですが、プロフィールではありません。@name のようにアカウント名を入力してください。
input-host-not-a-name = Xのアカウント名ではありません。@name のように、英数字とアンダースコアを1～15字で入力してください。
input-hosts-empty = アカウントが指定されていません。Xのアカウントを1～{ $max }個、空白かカンマで区切って入力してください。
input-hosts-too-long = 一覧が長すぎます。Xのアカウントを{ $max }個まで、空白かカンマで区切って入力してください。
input-hosts-too-many = アカウントが{ $max }個を超えています。一部を除き、残りは改めて指定してください。
input-hosts-one = 「{ $typed }」は使えません。{ $why }

## The card of a Space

card-live = **ライブ中**
card-live-since = **ライブ中** · { $relative }に開始
card-scheduled = **予定**
card-scheduled-for = **予定** · { $date }（{ $relative }）
card-no-show = **予定されていましたが、始まっていません**
card-no-show-since = **まだ始まっていません** · 予定は{ $date }（{ $relative }）でした
card-ended = **終了**
card-ended-at = **終了** · { $relative }
card-cancelled = **中止**
card-host = ホスト
card-host-by-id = [Xのアカウント](<{ $url }>)
card-in-the-room = 参加者
card-speakers = スピーカー
card-reminders = Xでのリマインダー
card-language = 言語
card-language-name = { $code ->
    [ar] アラビア語
    [bn] ベンガル語
    [de] ドイツ語
    [en] 英語
    [es] スペイン語
    [fa] ペルシャ語
    [fr] フランス語
    [he] ヘブライ語
    [hi] ヒンディー語
    [id] インドネシア語
    [in] インドネシア語
    [it] イタリア語
    [iw] ヘブライ語
    [ja] 日本語
    [ko] 韓国語
    [nl] オランダ語
    [pl] ポーランド語
    [pt] ポルトガル語
    [ru] ロシア語
    [th] タイ語
    [tl] タガログ語
    [tr] トルコ語
    [uk] ウクライナ語
    [ur] ウルドゥー語
    [vi] ベトナム語
    [zh] 中国語
   *[other] { $code }
}
card-tickets = チケット
card-tickets-yes = 必要
card-started = 開始
card-cohosts = 共同ホスト
card-and-others = { $names }、ほか{ $count }人
card-count = { $count }
card-topics = トピック
card-footer = Xより
card-footer-seen = Xより · { $age }前の情報

## Buttons

button-listen = 聴く
button-open = Xで開く
button-follow-host = ここでホストをフォロー
button-speakers = スピーカー
button-share = 共有
button-undo = 元に戻す
button-remind = リマインドする
button-post-now = 今すぐ投稿
button-post-one-now = { $number }を今すぐ投稿
button-back = ◀ 前へ
button-next = 次へ ▶
button-erase = すべて消去
button-keep = 消去しない
press-unknown = そのボタンは以前のバージョンのものです。コマンドをもう一度実行してください。
press-not-yours = そのボタンを使えるのは、コマンドを実行した人と「サーバー管理」権限のある人だけです。ご自身でコマンドを実行してください。
press-never-host = ホストをキーワード投稿から外すには「サーバー管理」権限が必要です。モデレーターに依頼してください。
press-manage-server = ホストをフォローするには「サーバー管理」権限が必要です。モデレーターに依頼してください。

## /space

space-not-there = そのIDのスペースはXにないか、すでに終了しています。リンクを確かめるか、ホストに新しいリンクを尋ねてください。
space-ended = そのスペースは終了したため、Xには表示されません。次回を知るにはホストをフォローしてください。
space-ended-at = そのスペースは{ $when }に終了したため、Xには表示されません。次回を知るにはホストをフォローしてください。
space-cancelled = そのスペースは中止されました。次回を知るにはホストをフォローしてください。
share-not-allowed = このチャンネルではあなたにメッセージの送信権限がないため、代わりに表示することはできません。別のチャンネルで共有してください。
shown-emptied = ⏹ ここに表示していたXの情報は終了したか古くなったため、消去しました。今の状況を見るには、もう一度コマンドを実行してください。
shown-erased = この回答の内容は、求めに応じて消去されました。
speakers-none = 今のところ、Xはそのスペースのスピーカーを示していません。1分ほど待ってからもう一度試すか、Xで開いてください。
speakers-of = **{ $title }** のスピーカーは、Xの一覧では{ $count }人です：
more-of-them = … ほか{ $count }件。
linked-none = そのメッセージにはXのスペースへのリンクがありません。https://x.com/i/spaces/… のようなリンクを含むメッセージで使ってください。
linked-over = リンクされたスペースのうち{ $count }件はXにないか、終了しています。リンクを確かめるか、新しいリンクを尋ねてください。

## Reminders

remind-at-start = **{ $title }** の開始予定時刻（{ $date }、{ $relative }）にDMでお知らせします。早く始まった場合はすぐにお知らせします。
remind-before = { $relative }、**{ $title }** の開始予定時刻（{ $date }）の{ $before }前にDMでお知らせします。早く始まった場合はすぐにお知らせします。
remind-too-soon = その時刻はもう過ぎているため、**{ $title }** の開始予定時刻（{ $date }、{ $relative }）にDMでお知らせします。早く始まった場合はすぐにお知らせします。
remind-when-it-begins = **{ $title }** が始まり次第、DMでお知らせします。これより後の開始時刻はXに示されていません。
remind-live = **{ $title }** はすでにライブ中です。今すぐ聴けます。
remind-no-show = **{ $title }** は予定時刻を大きく過ぎても始まっていないため、お知らせできません。Xで確認するか、ホストをフォローしてください。
remind-full = リマインダーは上限の{ $most }件に達しています。どれかを取り消すか、届くまでお待ちください。
remind-closed = あなたにDMを送れません。このサーバーのプライバシー設定でDMを許可してから、もう一度押してください。
remind-busy = 今、リマインダーの申し込みが集中しています。1分ほど待ってからもう一度お試しください。
remind-undone = そのスペースのリマインダーを取り消しました。
remind-undone-late = そのリマインダーはすでに送信済みか、登録されていません。そのスペースについて再びお知らせすることはありません。
reminder-first = 🔔 リマインダーはここに届きます。
reminder-soon = 🔔 { $host }のスペースは{ $relative }に始まる予定です。
reminder-soon-unnamed = 🔔 スペースが{ $relative }に始まる予定です。
reminder-overdue = 🔔 { $host }のスペースは開始予定時刻になりました。まだ始まっていません。
reminder-overdue-unnamed = 🔔 スペースの開始予定時刻になりました。まだ始まっていません。
reminder-to-come = 🔔 { $host }のスペースはこれから始まります。開始時刻はXに示されていません。
reminder-to-come-unnamed = 🔔 お待ちのスペースはこれから始まります。開始時刻はXに示されていません。
reminder-live = 🔴 { $host }がライブ中です。
reminder-live-unnamed = 🔴 お待ちのスペースがライブ中です。
reminder-no-show = 🔔 { $host }のスペースは始まっていません。
reminder-no-show-unnamed = 🔔 お待ちだったスペースは始まっていません。
reminder-cancelled = ✖ お待ちだった{ $host }のスペースは中止されました。
reminder-cancelled-unnamed = ✖ お待ちだったスペースは中止されました。
reminder-cancelled-of = ✖ { $date }に予定されていた{ $host }のスペースは中止されました。
reminder-cancelled-of-unnamed = ✖ { $date }に予定されていたスペースは中止されました。
reminder-missed = ⏹ { $host }のスペースは終了しました。開始に気づけず、お知らせできませんでした。申し訳ありません。
reminder-missed-unnamed = ⏹ お待ちだったスペースは終了しました。開始に気づけず、お知らせできませんでした。申し訳ありません。
reminder-ended = ⏹ { $host }のスペースは終了しました。
reminder-ended-unnamed = ⏹ お知らせしたスペースは終了しました。
reminder-emptied = ⏹ リマインダーを設定したスペースは終了しました。

## Scheduled events

event-description = Xでの{ $host }のスペース。聴くには： { $url }
event-description-unnamed = Xでのスペース。聴くには： { $url }

## /agenda

agenda-servers-only = 予定表はサーバーごとのものです。サーバーのチャンネルで実行してください。
agenda-nothing = 今後{ $days }日以内に、このサーバー向けに予定されているスペースはありません。フォローするホストやキーワードを増やしてください。
agenda-title = 今後{ $days }日の予定
agenda-more = … ほか{ $count }件はファイルにあります。
agenda-footer = Xより · ファイルはカレンダー用です

## Lists of Spaces

search-title = 「{ $query }」のスペース：{ $count }件
search-nothing = 条件に合うライブ中または予定のスペースはXにありません。別の語で試すか、条件を減らしてください。
search-cut = Xが検索で示すスペースは100件までです。ほかのものを見るには語を増やしてください。
by-title = このホストたちのスペース：{ $count }件
by-nothing = ライブ中または予定のスペースがある人はいません。次回を知るにはフォローしてください。
by-unknown = { $names } というアカウントはXにありません（{ $count }件）。名前を確かめてください。
by-unasked = { $names } を調べられませんでした（{ $count }件）。後でもう一度お試しください。
list-gone = その一覧は作成から1日以上たっています。コマンドをもう一度実行してください。
line-in-the-room = 参加者{ $count }人
line-reminders = リマインダー{ $count }件
line-tickets = チケット制
menu-open = スペースを選んで表示 …

## /follow

follow-servers-only = フォローはサーバーでのみ使えます。サーバーのチャンネルでコマンドを実行してください。
follow-exists = { $what }は{ $channel }ですでに #{ $id } としてフォローされています。変更するには /follow edit を使ってください。
follow-not-here = このサーバーにそのフォローはありません。入力中に表示される一覧から選んでください。
follow-no-account = { $name } というアカウントはXにありません。名前を確かめるか、プロフィールのリンクを貼り付けてください。
follow-account-gone = そのアカウントはもうXに表示されません。まだ存在するかXで確かめてください。
follow-not-looked = 現在のスペースは調べられませんでしたが、これから見守ります。{ $why }
follow-removed = #{ $id } を解除しました：{ $channel }での{ $what }。
follow-of-keyword = キーワード「{ $keyword }」
promise-host-all = { $what }を #{ $id } としてフォローしました。スペースを予定したときとライブを始めたときに{ $channel }に投稿し、終わった後の結果も伝えます。
promise-host-live = { $what }を #{ $id } としてフォローしました。ライブを始めたときに{ $channel }に投稿します。
promise-host-scheduled = { $what }を #{ $id } としてフォローしました。スペースを予定したときに{ $channel }に投稿します。
promise-host-live-ended = { $what }を #{ $id } としてフォローしました。ライブを始めたときに{ $channel }に投稿し、終わった後の結果も伝えます。
promise-keyword-all = { $what }を #{ $id } としてフォローしました。タイトルにこれを含むスペースが予定されたときとライブを始めたときに{ $channel }に投稿し、終わった後の結果も伝えます。
promise-keyword-live = { $what }を #{ $id } としてフォローしました。タイトルにこれを含むスペースがライブを始めたときに{ $channel }に投稿します。
promise-keyword-scheduled = { $what }を #{ $id } としてフォローしました。タイトルにこれを含むスペースが予定されたときに{ $channel }に投稿します。
promise-keyword-live-ended = { $what }を #{ $id } としてフォローしました。タイトルにこれを含むスペースがライブを始めたときに{ $channel }に投稿し、終わった後の結果も伝えます。
promise-no-ping = 誰にも通知しません。
promise-ping-live = ライブの投稿は{ $role }に通知します。そのほかの投稿は誰にも通知しません。
promise-ping-scheduled = 投稿のたびに{ $role }に通知します。
promise-keyword-no-ping = キーワードの投稿は min_listeners が10以上でない限り誰にも通知しないため、{ $role }にも通知しません。
promise-filters = 次の条件を満たすスペースだけを投稿します：{ $filters }。
promise-waits = 参加者が{ $count }人になったときに投稿します。
filter-min-listeners = 参加者{ $count }人以上
filter-language = 言語：{ $language }
filter-tickets-free = チケット不要
filter-tickets-ticketed = チケット制
filter-title-has = タイトルに次のいずれかを含む：{ $terms }
filter-title-lacks = タイトルに次のどれも含まない：{ $terms }
keyword-ask = **まだフォローしていません**：{ $what }はほかより費用がかかります。それでもフォローしますか？
button-keep-keyword = フォローする
keyword-cost-about = フォローしていたら、今日は約**{ $cost }**かかっていました（いまXが示すスペース{ $spaces }件とホスト{ $hosts }人）。
keyword-cost-at-least = フォローしていたら、今日は少なくとも**{ $cost }**かかっていました。いまXが示すスペースは{ $spaces }件（該当するホスト{ $hosts }人）で、ほかにもあるかもしれません。長い語句ほど件数が減ります。
keyword-cost-known = このキーワードの検索には、今日すでにこのボット全体で**{ $cost }**かかっています。
keyword-cost-nothing = フォローしていても、今日はまだ費用がかかっていません。いまXが示すスペースはありません。
keyword-cost-unknown = 今日どれだけかかっていたかはわかりません。
keyword-cost-shared = ほかに{ $others }サーバーがフォローしているため、費用は等分されます。
keyword-allowance = このサーバーのキーワードに使えるのは1日{ $most }までです。使い切ると、翌日（UTC）まで検索しません。
keyword-allowance-none = このボットのXの予算は0のため、キーワードは検索しません。
keyword-refused = { $what }はいまフォローできません：{ $why }
keyword-dropped = 新しくフォローしたものはありません。
keyword-too-late = その質問は1時間以上前のものか、すでに答えられたか、あなたのものではありません。もう一度コマンドを実行してください。
export-done = フォロー{ $count }件をファイルに書き出しました。編集して /follow import で読み込めます。
button-import = 読み込む
button-drop-import = やめる
import-shown = このファイルの内容：**新規{ $new }件**、登録済み{ $there }件、対象外{ $refused }件。まだ何も変更していません。
import-nothing-new = 読み込むものがありません。
import-empty = そのファイルにはフォローがないため、読み込むものがありません。
import-unknown-names = { $count }個の名前をまだ知りません。Xで調べると、このサーバーの予算から最大{ $cost }かかります。
import-refused = - { $number }番目、{ $what }：{ $why }
import-left-out = - { $what }：{ $why }
import-no-channel = チャンネルがこのサーバーにないか、私には見えません。
import-channel-kind = そのチャンネルには投稿できません。
import-asker-cannot-view = あなたにはそのチャンネルが見えません。
import-asker-cannot-send = あなたはそのチャンネルでメッセージを送れません。
import-bot-lacks = そのチャンネルで私に「{ $permission }」の権限がありません。
import-no-role = ロールがこのサーバーにありません。
import-role-not-mentionable = あなたはそのロールにメンションできません。
import-nobody = その名前のアカウントはXにありません。綴りを確かめてください。
import-done = { $count ->
    [0] フォローは読み込まれませんでした。
   *[other] フォロー{ $count }件を読み込みました。{ $list } で確かめられます。
}
import-dropped = 何も読み込みませんでした。
import-too-late = その読み込みは時間が経ちすぎたか、すでに済んだか、あなたのものではありません。ファイルをもう一度添付してください。
import-unread = Discordからそのファイルを読み取れませんでした。もう一度添付してください。
import-not-looked-up = 名前が誰のものかXで調べられなかったため、何も読み込んでいません。{ $why }
roster-too-large = そのファイルは1 MiBを超えています。小さくしてください。
roster-not-json = そのファイルはJSONではありません。{ $number }行目を読み取れません。/follow export で書き出した形式のファイルを使ってください。
roster-no-follows = そのファイルはフォローの一覧ではありません。/follow export で書き出した形式のファイルを使ってください。
roster-version = そのファイルはバージョン1ではありません。/follow export で書き出した形式のファイルを使ってください。
roster-too-many = そのファイルのフォローは{ $number }件を超えています。小さくしてください。
roster-entry = そのファイルの{ $number }番目のフォローは使えないため、何も読み込んでいません。{ $why }
roster-not-an-object = フィールドがありません。/follow export で書き出した形式のファイルを使ってください。
roster-missing = フィールド { $field } がありません。追加してください。
roster-unknown = フィールド { $field } はありません。取り除いてください。
roster-value = フィールド { $field } の値が使えません。/follow export で書き出した形式のファイルを使ってください。
roster-repeats = { $first }番目と同じフォローです。どちらかを取り除いてください。
edit-done = #{ $id } を変更しました：{ $channel }での{ $what }。
edit-same = #{ $id } はすでにその設定です：{ $channel }での{ $what }。何も変更していません。
edit-nothing-given = 変更する内容がありません。follow のほかに1つ以上のオプションを付けるか、clear で取り消すものを選んでください。
edit-taken = { $channel }ではすでに{ $what }を #{ $id } としてフォローしています。先にどちらかを解除してください。
edit-line = - { $what }：{ $from } → { $to }
edit-resumed = - チャンネルに投稿できず停止していましたが、再開しました。
edit-channel = チャンネル
edit-when = 投稿
edit-role = 通知するロール
edit-min-listeners = 待つ人数
edit-language = 言語
edit-tickets = チケット
edit-title-has = タイトルに含む語
edit-title-lacks = タイトルに含まない語
edit-nobody = なし
edit-none = 指定なし
edit-people = { $count }人
now-heading = 現在ライブ中または予定のスペース：
now-live = **ライブ中**：{ $title }
now-live-since = **ライブ中**（{ $when }に開始）：{ $title }
now-scheduled = **予定**：{ $title }
now-scheduled-for = **予定**（{ $when }）：{ $title }
now-nothing = 今のところスペースはありません。
post-now-queued = まもなく{ $channel }に投稿します。誰にも通知しません。
post-now-there = { $channel }にはそのスペースの投稿がすでにあります。
post-now-over = そのスペースは終了したため、投稿するものがありません。
post-now-unknown = このフォローに関するそのスペースの情報はもうありません。Xで確かめてください。
list-title = フォロー：{ $count }件
list-page = { $page }/{ $pages }ページ
list-empty = このサーバーではまだ何もフォローしていません。{ $command } から始めてください。
list-empty-channel = { $channel }ではまだ何もフォローしていません。{ $command } から始めてください。
list-pings = { $role }
list-rests-allowance = { $when }まで**検索停止**：フォローするサーバーのキーワード予算を使い切りました
list-rests-day = { $when }まで**検索停止**：今日のXの予算をほぼ使い切りました
list-rests-too-small = **検索停止**：このボットのXの予算が足りません
list-paused-channel-gone = **停止中**：チャンネルがありません
list-paused-forbidden = **停止中**：投稿する権限がありません
list-paused-locked = **停止中**：スレッドがロックされています
list-paused-person = **一時停止中**：誰かが再開するまで
list-paused-guild-left = **停止中**：このサーバーにいませんでした
pause-done = #{ $id } を一時停止しました（再開されるまで）：{ $channel }での{ $what }。
pause-all-done = { $count }件のフォローを一時停止しました。再開されるまで続きます。
pause-nothing = すでに一時停止しています。再び知らせるには再開してください。
resume-done = #{ $id } を再開しました：{ $channel }での{ $what }。
resume-all-done = { $count }件のフォローを再開しました。
resume-nothing = 停止しているものはありません。一覧で確かめてください。
dead-heading = 投稿できない場所があるため、そこでのフォローを停止しています：
dead-channel-gone = { $channel }はなくなりました。別のチャンネルでフォローし直し、元のフォローを解除してください。
dead-forbidden = { $channel }に投稿する権限がありません。「チャンネルを見る」と「メッセージを送信」を許可してください。
dead-locked = { $channel }はロックされています。ロックを解除するか、「スレッドの管理」を許可してください。
dead-after = 直れば自動的に再開します。{ $command } を使うとすぐに再開できます。
undo-done = { $channel }で{ $what }を再び #{ $id } としてフォローしました。
undo-taken = { $what }は{ $channel }で別のフォローとして再びフォローされているため、元に戻すものはありません。
undo-too-late = そのフォローは解除から時間がたちすぎたため、元に戻せません。もう一度追加してください。
block-title = ブロック：{ $count }件
block-empty = このサーバーでは何もブロックしていません。キーワードの投稿から外したいホストか語を指定してください。
block-full = このサーバーのブロックは上限の{ $most }件に達しています。先に1件解除してください。
block-word = 「{ $word }」を含むタイトル
block-added = 今後、キーワードの投稿から{ $what }を外します。
block-exists = キーワードの投稿から{ $what }はすでに外されています。
block-removed = キーワードの投稿に{ $what }が再び現れるようにしました。
block-not-there = このサーバーのブロック一覧にありません。一覧を見るには、オプションなしでコマンドを実行してください。
test-content = 🔴 これは投稿の見本です：誰かがライブ中です。
test-title = あらゆる話題のスペース
test-footer = Xより · 見本です
test-sent = { $channel }に見本を送りました。誰にも通知していません。確認したら削除してください。

## /settings

settings-servers-only = 設定はサーバーごとにあります。サーバーのチャンネルでコマンドを実行してください。
settings-title = このサーバーの設定
settings-how = 変更するには { $set }、保存しているものをすべて消すには { $erase } を使ってください。
settings-changed = 設定を変更しました
settings-cannot-create-events = ここではイベントを作成する権限がないため、イベントは作られません。サーバー設定で、私のロールに「イベントを作成」を許可してください。
setting-default = （既定）
setting-language = 言語
setting-language-told = **{ $language }**{ $default }：Discordのサーバーの言語です。投稿と、全員に見える回答に使います。
setting-language-chosen = **{ $language }**{ $default }：投稿と、全員に見える回答に使います。
setting-timezone = タイムゾーン
setting-timezone-is = **{ $zone }**{ $default }：現地は今{ $clock }です。おやすみ時間と画像の時刻はこれに従います。
setting-quiet = おやすみ時間
setting-quiet-off = **なし**{ $default }：昼夜を問わず、フォローの設定どおりに通知します。
setting-quiet-is = **{ $from }～{ $to }**{ $default }：この間の投稿は誰にも通知せず、音も鳴らしません。終わると、投稿したものをチャンネルごとに1つのメッセージで伝えます。
setting-quiet-now = **{ $from }～{ $to }**{ $default }：今はおやすみ時間です（{ $over }に終了）。投稿は誰にも通知せず、音も鳴らしません。終わると、投稿したものをチャンネルごとに1つのメッセージで伝えます。
setting-channel = チャンネル
setting-channel-none = **なし**{ $default }：チャンネルを指定しないフォローは、作成した場所に投稿します。
setting-channel-is = **{ $channel }**{ $default }：チャンネルを指定しないフォローは、ここに投稿します。
setting-ended = 終了したスペースの投稿
setting-ended-line = **1行残す**{ $default }：1日以内に、終了したことだけを示す投稿になります。
setting-ended-delete = **削除**{ $default }：1日以内になくなります。
setting-merge = 途切れたホスト
setting-merge-is = **{ $minutes }分**{ $default }：この間に戻れば同じ投稿のまま続き、もう一度通知しません。
setting-merge-off = **常に新しい投稿**{ $default }：途切れてから戻ると、もう一度通知します。
setting-events = イベント
setting-events-on = **オン**{ $default }：予定されたスペースをこのサーバーのイベントにします。
setting-events-off = **オフ**{ $default }：予定されたスペースをこのサーバーのイベントにしません。
setting-remind = リマインダー
setting-remind-start = **開始時**{ $default }：希望する人が時刻を指定しない場合です。
setting-remind-before = **開始の{ $before }前**{ $default }：希望する人が時刻を指定しない場合です。
erase-ask = **このサーバーについて保存しているものをすべて消去しますか？** 元には戻せません。
    - フォロー{ $follows }件（まだ元に戻せる解除済みのものも含む）とブロック{ $blocks }件がなくなります。
    - サーバーの言語と設定、一覧の質問、スペースを投稿した・しなかった理由の記録もなくなります。
    - { $posts ->
        [0] 内容を消去する投稿はありません。
       *[other] これまでの投稿{ $posts }件はその場に残りますが、スペースについての内容は消去されます。
    }
    15分以内に選んでください。
erase-done = フォロー{ $follows }件、ブロック{ $blocks }件など、このサーバーについて保存していたものをすべて消去しました。{ $posts ->
    [0] 内容を消去する投稿はありません。
   *[other] 投稿{ $posts }件の内容を消去しています。数分かかることがあります。
}
erase-kept = 何も消去していません。
erase-too-late = その確認は古いか、回答済みか、あなたが答えられるものではありません。もう一度コマンドを実行してください。

## /account

account-off = このボットではアカウントの連携が無効になっています。ボットの運営者が有効にできます。
account-link = **Xアカウントの連携**
    - **連携の意味。** あなたのDiscordアカウントとそのXアカウントが同じ人のものだと、私が知ることになります。Xはこれを「X外での照合」と呼び、本人の明確な同意を求めています。このまま進むと同意したことになります。ほかの人には伝えません。
    - **読み取れるもの。** プロフィール、フォロー中のアカウント、あなたに見えるスペース、あなたのスペースのチケット購入者です。投稿、フォロー、メッセージの送信はできません。読み取ったものはあなただけに見せます。
    - **保存するもの。** XアカウントのIDと、暗号化したアクセス権です。フォロー中のアカウントのスペースを探した場合は、その一覧も暗号化して1週間保存します。{ $unlink } ですべて消去し、アクセス権の取り消しをXに伝えます。
    - **あなたのスペースの記録。** 24時間を超えて保存するのは、ページで同意した場合だけです。

    1. ページを開いてXに進みます。
    2. 英数字8文字のコードが表示されます。
    3. ここに戻り、「コードを入力」を押して入力します。制限時間は10分です。
account-linked = 連携しました。Xの { $handle } をあなたのDiscordアカウントに結び付けました。保存内容は { $show } で確認できます。
account-shown = Xの { $handle } と**連携中**です（{ $when }）。これはあなただけに見えています。
account-samples-kept = あなたのスペースの記録を、終了後90日間保存します。/space insights であなたを指定した人は誰でも見られます。
account-samples-not-kept = あなたのスペースの記録は、終了から24時間を超えて保存しません。
account-how-to-unlink = 連携を終えてすべて消去するには：{ $unlink }
account-unlinked = 連携を解除しました。連携とそれに伴うデータを消去し、アクセス権の取り消しをXに伝えています。1分ほどかかります（Xが応答しない場合はそれ以上）。
account-none = 連携しているXアカウントはありません。{ $link } で連携できます。
account-ended-refused = Xがあなたの連携を受け付けなくなりました。X側で解除した可能性があります。連携は消去しました。新しく連携するには：{ $link }
account-ended-lost = Xが連携を更新している最中に私が停止したため、連携が失われました。連携は消去しました。ほかに失われたものはありません。もう一度連携してください：{ $link }
account-unreadable = このボットの秘密鍵が変わったため、連携を読み出せなくなりました。もう一度連携してください：{ $link }
code-wrong = コードが違います。ページを確認して入力し直してください。あと{ $left }回入力できます。
code-too-many = 間違ったコードが多すぎるため、連携を中止し、アクセス権の取り消しをXに伝えます。最初からやり直してください：{ $link }
code-too-late = コードの期限が切れたため、連携を中止し、アクセス権の取り消しをXに伝えます。最初からやり直してください：{ $link }
code-not-yet = まだコードがありません。先にページを開いてXに進むと、コードが表示されます。
code-nothing = 入力を待っているコードはありません。使用済みか、古すぎるか、ほかの人のものです。最初からやり直してください：{ $link }
form-code-title = コードを入力
form-code-label = ページに表示されたコード
form-code-placeholder = 英数字8文字
button-open-page = ページを開く
button-enter-code = コードを入力
button-samples-on = スペースの記録を保存する
button-samples-off = 記録の保存をやめる

## /space buyers

buyers-title = チケット：{ $title }
buyers-footer = Xより · あなただけに表示
buyers-none = このスペースのチケットを購入した人はまだいません。
buyers-not-creator = チケットの購入者を見られるのはスペースの作成者だけです。連携したアカウントはこのスペースの作成者ではありません。
buyers-not-ticketed = このスペースにはチケットがないため、購入者はいません。
buyers-forbidden = 連携したアカウントでは購入者を見ることをXが許可していません。必要な権限が足りないか、スペースの作成者ではない可能性があります。もう一度連携すると権限が更新されます：{ $link }

## /discover

following-title = フォロー中のアカウントのスペース：{ $count }件
following-among = 調べたアカウント：{ $count }件
following-nothing = フォロー中のアカウントには、ライブ中や予定のスペースがありません。
following-missing = 連携したアカウントがXで見つかりません。Xで確認するか、別のアカウントを連携してください。
following-forbidden = フォロー中のアカウントを見ることをXが許可していません。もう一度連携すると権限が更新されます：{ $link }
following-ask = スペースを探すには、Xであなたがフォローしているアカウントを読み取る必要があります。最近フォローした{ $most }件で、このボットの予算を**最大{ $cost }**使います。一覧は暗号化して1週間、あなただけのために保存し、連携を解除すると消去します。
button-read-following = 読み取る

## The bot's own pages

page-ask-title = Xアカウントを連携する
page-discord-account = Discordアカウント
page-ask-warning = この操作はDiscordで { $name } として始められました。自分のアカウントでない場合や、Discordで頼んだ覚えがない場合は、このページを閉じてください。だれかがあなたのアカウントを自分に連携しようとしているおそれがあります。
page-ask-means = 連携の意味
page-ask-matching = このDiscordアカウントとあなたのXアカウントが同じ人のものだと、Spacebellが知ることになります。Xはこれを「X外での照合」と呼びます。ほかの人には伝えません。
page-ask-reads = プロフィール、フォロー中のアカウント、あなたに見えるスペース、あなたのスペースのチケット購入者を読み取れます。投稿、フォロー、メッセージの送信はできません。
page-ask-keeps = XアカウントのIDと暗号化したアクセス権を、Discordで /account unlink と入力するまで保存します。
page-ask-samples = 自分のスペースの記録も分析用に保存する
page-ask-samples-note = いつ何人が参加していたかを、終了後1日ではなく90日間保存します。/space insights であなたを指定した人は誰でも見られます。/account show で変更できます。
page-ask-go-on = 同意してXに進む
page-code-title = あと一歩です
page-code-type = Discordに戻り、ボットの返信の下にある「コードを入力」を押して、10分以内に次のコードを入力してください。
page-code-links = Xの { $handle } が次のアカウントに連携されます。
page-code-warning = コードをだれにも教えないでください。Discordの { $name } でない場合は、このページを閉じてください。コードがなければ何も連携されません。
page-used = このアドレスは使用済みです
page-used-text = リンクは1回だけ使えます。まだ連携できていない場合は、Discordでもう一度 /account link と入力してください。
page-too-old = このアドレスは期限切れです
page-too-old-text = 連携の制限時間は10分です。Discordでもう一度 /account link と入力してください。
page-unknown = このアドレスは使えません
page-unknown-text = 入力の誤りか、期限切れか、新しいものに置き換えられています。Discordでもう一度 /account link と入力してください。
page-no-state = アドレスに足りない部分があります
page-no-state-text = 本来はXからここに移動してくるはずです。Discordでもう一度 /account link と入力し、そこからページを開いてください。
page-denied = 何も連携されませんでした
page-denied-text = Xでアクセスが許可されなかったため、連携も保存もしていません。このページを閉じてかまいません。
page-refused = Xがこの応答を受け付けません
page-refused-text = 期限切れか、使用済みか、別の連携のものなので、何も連携されませんでした。Discordでもう一度 /account link と入力してください。
page-unavailable = Xが応答しません
page-unavailable-text = 何も連携されませんでした。1分ほど待って、Discordでもう一度 /account link と入力してください。
page-broken = このボットの設定に誤りがあります
page-broken-text = Xが連携を許可していないため、何も連携されませんでした。ボットの運営者に知らせてください。
page-store = こちら側で問題が起きました
page-store-text = 何も連携されませんでした。1分ほど待って、Discordでもう一度 /account link と入力してください。
page-nothing = ここには何もありません
page-nothing-text = アカウントを連携するには、Discordで /account link と入力してください。

## Where posts go

target-wrong-kind = { $channel }には投稿できません。オプション channel で、テキストチャンネル、アナウンスチャンネル、スレッドのいずれかを選んでください。
target-asker-cannot-view = あなたにはそのチャンネルが見えません。見ることができ、メッセージを送信できるチャンネルを選んでください。
target-asker-cannot-send = あなたは{ $channel }でメッセージを送信できません。送信できるチャンネルを選んでください。
target-bot-cannot-view = { $channel }を見ることができません。チャンネルの権限で「チャンネルを見る」を許可してから、もう一度お試しください。
target-bot-lacks = { $channel }に投稿できません。チャンネルの権限で「{ $permission }」を許可してから、もう一度お試しください。
target-no-embeds = { $channel }で「埋め込みリンク」の権限がないため、投稿は1行の文章になります。カードを表示するには許可してください。
target-bot-cannot-mention = { $role }に通知できません。このロールをメンション可能にするか、「@everyone、@here、全てのロールにメンション」を許可してください。
target-role-everyone = 全員が持つロールには通知できません。通知を望む人が付けるロールを選んでください。
target-role-not-mentionable = あなたは{ $role }をメンションできません。ロールをメンション可能にするか、全員にメンションできる人に依頼してください。
target-default-gone = このサーバーの設定にあるチャンネル { $channel } はなくなりました。別のチャンネルを設定するか、オプション channel で指定してください。
permission-view = チャンネルを見る
permission-send = メッセージを送信
permission-send-in-threads = スレッドでメッセージを送信
permission-embed-links = 埋め込みリンク

## What is wrong with an option

why-servers-only = これはサーバーでのみ使えます。サーバーのチャンネルでコマンドを実行してください。
why-unheard = このサーバーのフォローは { $space } を検知していません。この7日間に、フォロー中のホストのスペースでも、フォロー中のキーワードで見つかったスペースでもありませんでした。リンクを確かめるか、/space show でスペースを見てください。
why-unheard-here = このチャンネルのフォローは { $space } を検知していません。この7日間に、フォロー中のホストのスペースでも、フォロー中のキーワードで見つかったスペースでもありませんでした。リンクを確かめるか、投稿されるはずだったチャンネルで実行してください。
why-search-rests = 今日使える分を使い切ったため、{ $when }まで{ $what }{ $others ->
    [0] {""}
   *[other] とほか{ $others }個のキーワード
}をXで検索しません。その間、検索でしか見つからないスペースは検知できません。
why-title = スペース { $id }：投稿の有無と理由
why-removed = （解除済み）
why-scheduled = - 予定として：{ $why }
why-live = - ライブとして：{ $why }
why-posted = 投稿しました { $link }
why-posted-gone = 投稿しましたが、メッセージはもうありません
why-posted-late = 遅れたため通知なしで投稿しました { $link }
why-posted-late-gone = 遅れたため通知なしで投稿しましたが、メッセージはもうありません
why-continued = ホストが直前に離れたスペースの投稿を引き継ぎました { $link }
why-continued-gone = ホストが直前に離れたスペースの投稿を引き継ぎました
why-planned = まもなく投稿されます
why-not-wanted = このフォローはその種類の投稿を求めていなかったため、投稿していません
why-blocked = ホストかタイトルの語がブロックリストにあったため、投稿していません
why-keyword-cap = このチャンネルのその1時間のキーワード投稿が上限の{ $most }件に達していたため、件数だけ数えました
why-live-before = フォローする前からライブ中だったため、自動では投稿していません。フォローした人にはそのとき伝えました
why-paused = フォローが停止中だったため、投稿していません
why-begun-before = 送信する前に始まったため、投稿していません。ライブの投稿をご覧ください
why-over-before = 送信する前に終わったため、投稿していません
why-unfollowed = 送信する前にフォローが解除されたため、投稿していません
why-target-gone = チャンネルがなくなっていたため、投稿していません
why-forbidden = 投稿する権限がないため、投稿していません。足りない権限は /follow test で分かります
why-rejected = AutoModなどサーバーのフィルターがメッセージを拒んだため、投稿していません
why-uncertain = 投稿されたか不明です。Discordから返答がなく、チャンネルの履歴も読めないため、再送していません。「メッセージ履歴を読む」権限を付けてください
why-malformed = Discordがメッセージを読み取れなかったため、投稿していません。私の不具合で、運営者がログで確認できます
why-not-looked-up = 待機中：フォローの条件を判断できるだけの情報がまだXにありません
why-waits = 待機中：始まって参加者が{ $least }人になったら投稿します
why-too-few = 参加者が{ $least }人に達しなかったため、投稿していません
why-too-few-of = 参加者{ $least }人を待っています。これまでの最多は{ $peak }人です
why-too-few-then = その時点のフォローの条件より参加者が少なかったため、投稿していません
why-other-language = フォローが求める言語ではないため、投稿していません
why-other-tickets = チケットの有無がフォローの条件と異なるため、投稿していません
why-title-lacks = フォローが求める語がタイトルになかったため、投稿していません
why-title-has = フォローが除く語がタイトルにあったため、投稿していません
why-told-already = このチャンネルの別のフォローの投稿で伝えています { $link }
why-told-already-gone = このチャンネルの別のフォローの投稿で伝えています
why-made-after = フォローする前に予定されていたため、予定の投稿はしていません。ライブになると投稿します
why-over = このフォローについて判断する前に終わったため、投稿していません
why-not-yet = まだ判断されていません。1分ほど後にもう一度お試しください
option-follow-not-an-id = フォローの番号ではありません。入力中に表示される一覧から選んでください。
option-channel-not-here = そのチャンネルはこのサーバーにないか、私には見えません。別のチャンネルを選んでください。
option-role-not-here = そのロールはこのサーバーにありません。別のロールを選んでください。
option-when-unknown = オプション when の選択肢ではありません。一覧から選んでください。
option-choice-unknown = オプション { $option } の選択肢ではありません。一覧から選んでください。
option-query-empty = 検索する語がありません。スペースのタイトルに含まれてほしい語を入力してください。
option-query-too-long = 検索する語が長すぎます。100字以内で入力してください。
option-language-unknown = 言語のコードではありません。入力中に表示される一覧から、en や ja のように選んでください。
option-terms = オプション { $option } は使えません。{ $why }
option-nobody-before = まだ始まっていないスペースには参加者がいないため、min_listeners を付けると予定の投稿が一つも届きません。外すか、別の when を選んでください。
option-no-file = ファイルがありません。/follow export で書き出した形式のファイルを添付してください。
option-clear-and-set = オプション { $option } の指定と取り消しは同時にできません。どちらか一方にしてください。
option-block-both = ホストと語の両方が指定されています。1つずつブロックしてください。
option-space-or-host = スペースかホストのどちらか一方を選んでください。
option-unblock-nothing = 解除するものが指定されていません。ホストか語を指定してください。
option-number-out-of-range = オプション { $option } には{ $least }～{ $most }の整数を入力してください。
option-time-of-day = オプション { $option } には 22:30 のような時刻を入力してください。何も変更していません。
option-quiet-half = おやすみ時間には quiet_from と quiet_to の両方が必要です。何も変更していません。
option-timezone-unknown = そのタイムゾーンはありません。入力中に表示される一覧から、Asia/Tokyo のように選んでください。何も変更していません。
option-language-unspoken = その言語は話せません。話せるのは { $languages } です。Discordに合わせるには auto と入力してください。何も変更していません。
option-nothing-set = 変更するものが指定されていません。オプションを1つ以上指定してください。
option-command-unknown = この形のコマンドは分かりません。Discordのコマンドが更新されるまで1分ほど待ってから、もう一度お試しください。

## What went wrong

sorry-quota = 10分間に新しい質問ができるのは1人{ $most }回までで、上限に達しました。{ $when }にもう一度お試しください。
sorry-x-limited = 今はXにこれ以上質問できません。{ $when }にもう一度お試しください。
sorry-x-credits = このボットのXのクレジットがなくなったため、Xが質問に答えません。後でもう一度試すか、ボットの運営者に知らせてください。
sorry-x-token = Xがこのボットを受け付けません。ボットの運営者に知らせてください。
sorry-x-refused = Xがその質問を受け付けませんでした。入力した内容を確かめてください。
sorry-x-unavailable = 今、Xから応答がありません。1分ほど待ってからもう一度お試しください。
sorry-budget-day = 今日のXへの質問の予算を使い切りました。{ $when }に戻ります。
sorry-budget-commands = 今日のコマンドの予算を使い切りました。投稿は続きます。{ $when }に戻ります。
sorry-budget-keywords = このキーワードをフォローするサーバーの今日のキーワード検索の予算を使い切りました。{ $when }に再び検索します。
sorry-budget-too-small = このボットのXの予算では足りません。1日のうちコマンドに使える分が回答1件の費用に届きません。投稿は続きます。予算を増やすようボットの運営者に頼んでください。
sorry-budget-guild = このサーバーの今日のコマンドの予算を使い切りました。投稿は続きます。{ $when }に戻ります。
sorry-store = 保存先に接続できなかったため、何も変更していません。1分ほど待ってからもう一度お試しください。
sorry-discord = Discordから応答がなかったため、何も変更していません。1分ほど待ってからもう一度お試しください。
sorry-send-forbidden = Discordが{ $channel }への投稿を許可しません。チャンネルの権限と、ロックされていないことを確かめてください。
sorry-send-filtered = このサーバーのフィルターが{ $channel }へのメッセージを拒否しました。AutoModで私のメッセージを許可してください。
sorry-guild-full = このサーバーのフォローは上限の{ $most }件に達しています。先に1件解除してください。
sorry-keywords-off = ここではキーワードのフォローが無効になっています。ホストをフォローするか、ボットの運営者に尋ねてください。
sorry-keywords-full = このサーバーのキーワードは上限の{ $most }件に達しています。先に1件解除してください。
sorry-channel-full = そのチャンネルのフォローは上限の{ $most }件に達しています。別のチャンネルを使うか、先に1件解除してください。
sorry-unexpected = 私の側で問題が起きました。もう一度試し、続くようならボットの運営者に知らせてください。
sorry-too-slow = 時間がかかりすぎたため中止しました。1分ほど待ってからもう一度お試しください。

# スペースで共有されたポスト

posts-title = { $title }で共有されたポスト
posts-title-unknown = このスペースで共有されたポスト
posts-page = { $page }ページ
posts-open = Xで開く
posts-author-unknown = Xのアカウント
posts-no-text = （テキストなし）
posts-none = そのスペースではまだポストが共有されていません。ライブ中にもう一度お試しください。
posts-no-space = そのIDのスペースはXにないか、すでに終了しているため、ポストを表示できません。リンクを確かめてください。

discover-title = 把握しているライブ中のスペース：{ $count }件
discover-nothing = 今ライブ中のスペースは見つかっていません。/space search で検索するか、ホストやキーワードをフォローしてください。

# 分析

insights-peak = 最多
insights-peak-at = { $count }人（{ $clock }）
insights-mean = 平均
insights-duration = 長さ
insights-speakers = スピーカー（最多）
insights-live-since = { $from }からライブ中です。
insights-ran = { $from }から{ $until }まで。
insights-counted = 参加者の数（{ $minutes }分ぶんの計測）。
insights-footer = Xより、1分ごとに計測 · 画像の時刻：{ $zone }
insights-past = 終了したスペース
insights-line = { $when } · { $title } · 最多{ $peak }人 · 平均{ $mean }人 · { $duration }
insights-host-title = { $host }の直近のスペース：{ $count }件
insights-usually = いつもの時間
insights-habit = { $day }の{ $hour }から1時間以内
insights-no-habit = 3件以上のスペースがないと分かりません。計測結果の保存は1日だけです。ホストがアカウントを連携して同意した場合に限り、より長く保存します。
insights-weekday = { $day ->
    [1] 月曜日
    [2] 火曜日
    [3] 水曜日
    [4] 木曜日
    [5] 金曜日
    [6] 土曜日
   *[7] 日曜日
}
insights-described = スペースの参加者数の推移を示す折れ線グラフ（{ $duration }）。最多{ $peak }人（{ $time }）、平均{ $mean }人。
insights-described-speakers = スペースの参加者数の推移を示す折れ線グラフ（{ $duration }）。最多{ $peak }人（{ $time }）、平均{ $mean }人。下はスピーカーの数で、最多{ $speakers }人。
insights-described-host = スペース{ $count }件の棒グラフ（最多の参加者数、平均、長さ）。
insights-described-space = { $when }：最多{ $peak }人、平均{ $mean }人、{ $duration }。
insights-no-picture = 画像を描けませんでした。数字は下のとおりです。画像はもう一度お試しください。
insights-too-few-yet = { $counts ->
    [0] このスペースはまだ計測していません。1分に1回計測し、{ $needed }回必要です。数分後にもう一度お試しください。
   *[other] このスペースの計測はまだ{ $counts }回で、{ $needed }回必要です。数分後にもう一度お試しください。
}
insights-too-few = そのスペースは{ $counts }分しか計測されておらず、画像には{ $needed }分必要です。もっと長いスペースでお試しください。
insights-not-begun = このスペースはまだ始まっていないため、計測できません。ライブが始まってからもう一度お試しください。
insights-not-followed = ここではこのスペースを誰もフォローしていないため、計測していません。{ $follow }でホストをフォローすると、その時から計測します。
insights-never-counted = そのスペースがライブ中のときは計測していませんでした。次回の前に{ $follow }でホストをフォローしてください。
insights-over-for-long = そのスペースは終了から1日以上経っています。計測結果をより長く保存するのは、ホストがアカウントを連携して同意した場合だけです。次回は終了から1日以内にお試しください。
insights-unknown = そのIDのスペースは見つかりません。計測するのはフォローされているスペースだけです。リンクを確かめるか、{ $follow }でホストをフォローしてください。
insights-host-nothing = そのホストのスペースはこの1日計測していません。ライブが始まって数分経ってからもう一度お試しください。
insights-host-not-followed = ここではそのホストを誰もフォローしていないため、計測していません。{ $follow }でフォローすると、その時から計測します。

## /help

help-title = Spacebell
help-what = Xのスペースが予定されたとき、ライブを始めたとき、終わったときに、チャンネルでお知らせします。
help-steps = 最初のお知らせまでの3ステップ
help-steps-text =
    1. 誰かをフォローする：{ $follow }
    2. 投稿の見本を見る：{ $test }
    3. フォローしているものを見る：{ $list }
help-here = このチャンネルでは
help-here-good = { $channel }に投稿できます。足りない権限はありません。
help-commands = コマンド
help-account = あなたのXアカウント
help-follow = このサーバーを管理できる人のコマンド

## /status

status-title = Spacebellの状態
status-working = { $when }から**正常**に動いています。Xに変化が現れるとすぐに投稿します。
status-degraded = **不調です。**
status-x-fails = { $when }からXの応答がありません。投稿は遅れますが、復旧時にまだ続いているものは投稿します。
status-credits = { $when }からこのボットのXのクレジットがありません。ボットの運営者が購入するまで、新しいものは見つかりません。
status-budget-day = 今日のXの予算を使い切りました。すでに知っているスペースは見守り続け、新しいものは{ $when }に再び探します。
status-budget-keywords = 今日のXの予算をほぼ使い切りました。ホストは見守り続け、キーワードは{ $when }に再び検索します。
status-gateway = { $when }からDiscordとの接続が切れています。コマンドに答えられないことがありますが、投稿は続きます。
status-discord = Discordから送信を待つよう求められています。投稿は遅れますが、失われません。
status-late = 送信待ちの投稿があり、最も古いものは{ $age }待っています。投稿は遅れますが、失われません。
status-store = { $when }から保存先に書き込めません。何も変更できず、投稿も遅れます。
status-queue-unknown = データベースを読めません。
status-queue-empty = 送信待ちはありません。
status-queue-due = 送信待ち{ $count }件、最も古いものは{ $age }待っています。
status-limit-answered = `{ $endpoint }` 残り{ $left } · 最後の応答{ $when }
status-limit-fails = `{ $endpoint }` 残り{ $left } · { $when }から**失敗**
status-limit-unasked = `{ $endpoint }` 残り{ $left } · 未使用
status-spent = { $budget }のうち{ $total }：ホスト{ $hosts }、キーワード{ $keywords }、コマンド{ $commands }
status-spent-kinds = 種類別：スペース{ $space }、アカウント{ $user }、ポスト{ $post }、フォロー一覧{ $following }、Xからの開始・終了の通知{ $event }
status-steps = { $commands }でコマンドの新しい問い合わせ、{ $keywords }でキーワード検索、{ $hosts }でホストの新しいスペースの検知を止めます。翌日は{ $when }に始まります。
status-budget-zero = 予算が0のため、費用のかかることはXに尋ねません。
status-projected = この調子だと今日は{ $day }になります。
status-per-space = 今日の告知：{ $count }件、1件あたり{ $cost }（ホストとキーワード）
status-month = 今月（UTC）：{ $month }
status-dearest = 今日高かったもの：{ $list }
status-dearest-keyword = 「{ $keyword }」{ $cost }
status-dearest-server = サーバー{ $server } { $cost }
status-push-off = オフ（`X_PUSH`）：開始と終了は尋ねて調べます。
status-push-stream = ストリーム
status-push-webhook = Webhook
status-push-works = { $way }で{ $when }から。ホスト{ $hosts }人。
status-push-fails = { $way }は{ $when }から切れています。その間、開始と終了は尋ねて調べます。
status-push-rests = { $way }は、今日のXの予算を使い切ったため停止中です。新しいスペースは{ $when }に再び検知します。
status-push-cap = このアプリが持てる登録はXにより{ $cap }件（ホスト1人につき2件）までです。超えるホストは尋ねて調べます。
status-push-refused = { $way }は{ $when }にXから断られました。開始と終了は尋ねて調べます。対処は `spacebell check` が示します。
status-connected = { $when }から接続しています。
status-watching = フォロー：{ $follows }件 · フォローのあるサーバー：{ $servers } · 既知のスペース：{ $spaces }件
status-delay-sight = 開始から検知まで：半数は{ $median }以内、95%は{ $slow }以内、直近は{ $last }（{ $count }件）
status-delay-sight-none = 開始から検知まで：まだありません
status-delay-post = 検知から投稿まで：半数は{ $median }以内、95%は{ $slow }以内、直近は{ $last }（{ $count }件）
status-delay-post-none = 検知から投稿まで：まだありません
status-field-delays = 遅延（24時間）
status-field-queue = 送信待ち
status-field-x = Xへの質問の残り
status-field-budget = 今日の費用（UTC）
status-field-push = Xからの開始・終了の通知
status-field-discord = Discordのゲートウェイ
status-field-watching = 見守り

## The operators' channel

operator-store = ⚠️ { $when }からデータベースに書き込めず、新しい通知を出せません。ディスクの空きとフォルダーの権限を確認してください。詳しくはログにあります。
operator-store-over = ✅ データベースに再び書き込めるようになりました（不調のお知らせ：{ $when }）。
operator-token = ⚠️ { $when }からXが`X_BEARER_TOKEN`を拒否していて、新しい通知を出せません。Xの開発者コンソール（アプリのKeys and tokens）からコピーし直し、ボットを再起動してください。
operator-token-over = ✅ Xが`X_BEARER_TOKEN`を再び受け付けています（不調のお知らせ：{ $when }）。
operator-credits = ⚠️ { $when }からXのクレジットがありません。クレジットがあるまで通知は出ません。Xの開発者コンソール（Billing）で購入してください。10分ごとに確認します。
operator-credits-over = ✅ Xのクレジットが再び使えます（不調のお知らせ：{ $when }）。
operator-budget-near = ⚠️ 今日のXの予算の80%を使いました。コマンドは次の日（{ $when }）まで、すでに知っている内容で答えます。90%でキーワード検索が、100%でホストの新しいスペースの検出が止まります。早すぎる場合は`X_DAILY_BUDGET_USD`を増やし、ボットを再起動してください。内訳は`/status`で確認できます。
operator-push = ⚠️ { $when }から、Xはこのアプリに開始と終了を知らせてくれません。代わりにこちらから問い合わせるため、数秒遅れますが、ほかに影響はありません。アプリにXのActivity APIの利用を許可するか、`X_PUSH=off`を設定してください。
operator-push-cap = ⚠️ { $when }に、このアプリの登録数は上限に達しているとXから返答がありました。`X_PUSH_SUBSCRIPTIONS`より少ない数です。上限を超えるホストはこちらから問い合わせるため、数秒遅れますが、ほかに影響はありません。ログに記録された数を`X_PUSH_SUBSCRIPTIONS`に設定するか、Xに増枠を依頼してください。
operator-push-over = ✅ Xが開始と終了を再び知らせるようになりました（不調のお知らせ：{ $when }）。
operator-budget = ⚠️ 今日のXの予算を使い切りました。すでに知っているスペースは引き続き通知し、新しいものは{ $when }に再び探します。早すぎる場合は`X_DAILY_BUDGET_USD`を増やし、ボットを再起動してください。
operator-budget-over = ✅ Xの予算が再び使えます（不調のお知らせ：{ $when }）。

## Choices

ended-line = 終了したことを示す1行を残す
ended-delete = 投稿を削除する
choice-language-auto = Discordのサーバーの言語に合わせる
choice-timezone = { $zone } · 今{ $clock }
when-all = すべて：予定、ライブ、終わった後の結果
when-live = ライブのみ
when-scheduled = 予定のみ
when-live-ended = ライブと、終わった後の結果
state-live = ライブ中
state-scheduled = 予定
state-all = ライブ中と予定
sort-listeners = 人数の多い順
sort-soonest = 始まりの早い順
sort-newest = 新しい順
tickets-any = チケットの有無を問わない
tickets-free = チケット不要
tickets-ticketed = チケット制
choice-over = 終了 · { $host } · { $id }
choice-all-follows = すべて
choice-live = ライブ中：{ $title } { $host }
choice-scheduled = 予定：{ $title } { $host }
choice-ended = 終了：{ $title } { $host }

## What commands and options are for

define-space-group = Xのスペースを見る
define-space-show = スペースを表示：ホスト、参加者の数、始まる時刻
define-space-search = ライブ中または予定のスペースをタイトルで検索
define-query = タイトルに含まれてほしい語
define-state = どのスペースか（既定：ライブ中と予定）
define-sort = 並び順（既定：人数の多い順）
define-language = この言語のみ（2文字のコード）
define-tickets = チケットの有無（既定：両方）
define-space-by = これらのホストのライブ中または予定のスペースを表示
define-space-insights = 参加者数の推移、またはホストの直近のスペースを図で表示
define-space-posts = スペースで共有されたポストを一覧で表示
define-space-remind = スペースが始まる前にDMでお知らせします
define-before = 開始の何分前か（0〜1,440）
define-hosts = Xのアカウントを1～100個、空白かカンマで区切って
define-show-linked = メッセージのメニューの「アプリ」から：リンクされたスペースをそれぞれ表示
define-status = 正常に動いているか、いつからか、不調ならその影響
define-agenda = このサーバー向けの今後の予定とカレンダー用ファイル
define-days = 何日先までか（1〜14）
define-space = スペースのリンクかID
define-private = あなただけに表示（既定：はい）
define-follow-group = このサーバーのチャンネルで何を知らせるかを選ぶ
define-follow-host = この人がスペースを予定したりライブを始めたりしたら知らせる
define-host = Xのアカウント：@name かプロフィールのリンク
define-channel = 投稿先（既定：サーバーの設定、なければここ）
define-when = どの投稿か（既定：すべて）
define-role = 通知するロール
define-follow-keyword = タイトルにこの語を含むスペースを知らせる
define-keyword = 1～5語、この順序で
define-min-listeners = 参加者がこの人数になったら投稿
define-title-has = タイトルにこのいずれかを含むものだけ（カンマ区切り）
define-title-lacks = タイトルにこのいずれかを含むものは除く（カンマ区切り）
define-follow-list = フォローの一覧
define-list-channel = このチャンネルのものだけ
define-follow-edit = フォローの投稿内容、投稿先、通知先を変更
define-edit-channel = これからの投稿先
define-edit-when = どの投稿か
define-edit-tickets = チケットの有無
define-clear = フォローから外すもの
define-follow-remove = フォローを解除
define-follow = フォローの番号
define-follow-pause = フォローを一時停止（再開するまで）
define-follow-resume = 停止しているフォローを再開
define-follows = フォローの番号、またはすべて（all）
define-follow-block = ホストや語をキーワードの投稿から外す、または一覧を見る
define-block-host = 外すXのアカウント
define-block-word = 外す語
define-block-remove = 一覧から取り除く
define-follow-export = フォローをファイルに書き出す（保存や別のサーバーへの移動に）
define-follow-import = ファイルからフォローを読み込む（変更の内容を先に表示）
define-import-file = /follow export で書き出した形式のファイル
define-follow-test = 見本を投稿する、または足りない権限を伝える
define-test-channel = 投稿先（既定：サーバーの設定、なければここ）
define-settings-group = このサーバーの設定
define-settings-show = 設定とその意味、既定のままのものを表示
define-settings-set = 設定を1つ以上変更
define-set-language = 投稿と共有した回答の言語（auto：Discordに合わせる）
define-set-timezone = おやすみ時間と画像のタイムゾーン。例：Asia/Tokyo（既定：UTC）
define-set-channel = チャンネルを指定しないフォローの投稿先（設定済みのものを選ぶと「なし」に戻る）
define-set-events = 予定されたスペースをこのサーバーのイベントにするか（既定：いいえ）
define-set-ended = スペースの終了から1日後に投稿をどうするか（既定：1行残す）
define-set-merge = ホストが途切れても同じ投稿のまま続く分数（既定：10、0：続けない）
define-set-quiet-from = おやすみ時間の始まり。例：22:30（quiet_to と同じなら「なし」）
define-set-quiet-to = おやすみ時間の終わり。例：07:00
define-set-remind = 開始の何分前にリマインダーを送るか（既定：0）
define-settings-erase = このサーバーについて保存しているものをすべて消去（確認あり）
define-why = スペースがここに投稿された、またはされなかった理由
define-account-group = 自分のXアカウントの連携、確認、解除
define-account-link = XアカウントをDiscordアカウントに連携
define-account-show = 連携しているXアカウントを表示
define-account-unlink = 連携を解除し、それに伴うデータを消去
define-discover-group = 知らせを受けていないスペースを探す
define-discover-now = ライブ中のスペース：このサーバーに合うもの、次に参加者の多いもの
define-discover-following = Xでフォロー中のアカウントのスペース（連携が必要）
define-space-buyers = 自分のスペースのチケットを購入した人（連携が必要）
define-help = 始め方とすべてのコマンド

## Posts. $roles is empty or ends with a space; the sign only repeats what the words say.

post-scheduled = 📅 { $roles }{ $host } がスペースを予定しました
post-scheduled-unnamed = 📅 { $roles }スペースが予定されました
post-live = 🔴 { $roles }{ $host } がライブ中です
post-live-unnamed = 🔴 { $roles }スペースがライブ中です
post-live-since = 🔴 { $host } がライブ中です（{ $extra }に開始）
post-live-since-unnamed = 🔴 スペースがライブ中です（{ $extra }に開始）
post-pointer = 🔴 { $host } がライブ中です：{ $extra }
post-pointer-unnamed = 🔴 スペースがライブ中です：{ $extra }
post-ended = ⏹ { $host } のスペースは終了しました
post-ended-unnamed = ⏹ スペースは終了しました
post-cancelled = ✖ { $host } のスペースは中止されました
post-cancelled-unnamed = ✖ スペースは中止されました
post-no-show = ✖ { $host } のスペースは予定どおりに始まりませんでした
post-no-show-unnamed = ✖ スペースは予定どおりに始まりませんでした
post-emptied = ⏹ { $host } のスペースは終了しました{ $figures }
post-emptied-unnamed = ⏹ スペースは終了しました{ $figures }
post-emptied-cancelled = ✖ { $host } のスペースは中止されました
post-emptied-cancelled-unnamed = ✖ スペースは中止されました
post-forgotten = ⏹ { $host } のスペースは終わりました
post-forgotten-unnamed = ⏹ スペースは終わりました
post-erased = この投稿の内容は、求めに応じて消去されました。
post-peak = 最大{ $count }人
post-and-more = … この1時間にキーワードに合ったスペースがほかに{ $count }件あります
post-keywords = キーワード
post-renamed = タイトルが変わりました。以前：{ $from }
post-reopened = 再開しました。直前のスペースの続きです
post-moved = 日時が変わりました。以前の予定：{ $from }
post-listen = 聴く
post-open = Xで開く
post-never-host = このホストは今後不要

## What was posted in quiet hours. $time is a time of day; the sign is the same in every language.

digest = 🌙 おやすみ時間が終わりました。その間の投稿：
digest-live = - { $time } ライブが始まり、今も続いています：{ $link }
digest-live-over = - { $time } ライブが始まり、すでに終了しました：{ $link }
digest-scheduled = - { $time } スペースが予定されました：{ $link }
digest-scheduled-live = - { $time } スペースが予定され、今はライブ中です：{ $link }
digest-scheduled-no-show = - { $time } スペースが予定されましたが、予定どおりに始まっていません：{ $link }
digest-scheduled-cancelled = - { $time } スペースが予定され、その後中止されました：{ $link }
digest-scheduled-over = - { $time } スペースが予定され、すでに終了しました：{ $link }
digest-more = … ほかに{ $count }件の投稿が上にあります。
