// The words of the client that the left side imitates, in the languages that a reader can choose. What the bot and
// people say isn't here; neither is X's side, which is this page's own and English.

import { reader } from "./world.js";

/** Each text as [English, Japanese]; {…} is filled in. */
const WORDS = {
  add: ["Add an option, or press Enter to send", "オプションを追加、または Enter で送信"],
  app: ["APP", "アプリ"],
  apps: ["Apps", "アプリ"],
  bytes: ["{size} bytes", "{size} バイト"],
  channels: ["Channels", "チャンネル"],
  cancel: ["Cancel", "キャンセル"],
  cancelEvent: ["Delete event", "イベントを削除"],
  choose: ["Choose", "決定"],
  chooseFile: ["Choose a file", "ファイルを選択"],
  close: ["Close", "閉じる"],
  commands: ["Commands", "コマンド"],
  deleteMessage: ["Delete Message", "メッセージを削除"],
  direct: ["Direct messages", "ダイレクトメッセージ"],
  dismiss: ["Dismiss", "閉じる"],
  dismissMessage: ["Dismiss message", "メッセージを閉じる"],
  edited: ["(edited)", "（編集済）"],
  filled_in: ["{who} filled in {what}", "{who} が {what} を記入しました"],
  events: ["Events", "イベント"],
  eventNow: ["Happening now", "開催中"],
  expectedChoice: ["pick one", "一つ選択"],
  expectedFile: ["a file", "ファイル"],
  expectedInteger: ["a whole number", "整数"],
  expectedNumber: ["a number", "数"],
  expectedText: ["text", "テキスト"],
  kilobytes: ["{size} kB", "{size} kB"],
  language: ["Your language in Discord", "Discordの言語"],
  menu: ["Message", "メッセージ"],
  messageHere: ["#{channel} › message", "#{channel} › メッセージ"],
  modalHint: ["This form goes to {app}. Don’t share passwords.", "このフォームは{app}に送られます。パスワードは入力しないでください。"],
  messages: ["Messages", "メッセージ一覧"],
  missing: ["{option} is required.", "{option} は必須です。"],
  more: ["More for this message", "このメッセージのその他"],
  newHere: [" (unread)", "（未読）"],
  noAnswer: ["The application did not respond", "アプリケーションが応答しませんでした"],
  noApp: ["No app has a command here", "ここで使えるアプリはありません"],
  noCommand: ["There is no such command for you here.", "ここで使えるそのようなコマンドはありません。"],
  noCommands: ["No app has registered commands here yet.", "まだコマンドを登録したアプリがありません。"],
  noEvents: ["There are no events now. The bot makes one of each scheduled Space where /settings says so.", "予定されたイベントはありません。/settings で有効にすると、ボットが予定されたスペースごとにイベントを作ります。"],
  noFit: ["No command fits.", "合うコマンドがありません。"],
  onlyYou: ["Only you can see this · ", "これはあなただけに表示されています · "],
  open: ["Channels, your language and who you are", "チャンネル、言語、利用者"],
  optional: ["+{count} optional", "ほか {count} 項目"],
  options: ["Options", "オプション"],
  picked: ["{who} chose {what}", "{who} が {what} を選びました"],
  pickToAdd: ["Enter sends the command; pick an option to add it.", "Enter で送信。選ぶとオプションを追加できます。"],
  pings: [" pings", " 件のメンション"],
  placeholder: ["Message {channel} — type / for commands", "{channel} へメッセージを送信（/ でコマンド）"],
  pressed: ["{who} pressed {what}", "{who} が {what} を押しました"],
  required: ["required", "必須"],
  select: ["Make a selection", "選択してください"],
  send: ["Send", "送信"],
  sendCommand: ["Send the command", "コマンドを送信"],
  sending: ["Sending {what} …", "{what} を送信中…"],
  sends: ["Enter sends the command.", "Enter で送信します。"],
  somebody: ["somebody", "不明なユーザー"],
  suggested: ["{option}: suggested by Spacebell", "{option}：Spacebellの候補"],
  suggestions: ["Suggestions", "候補"],
  takes: ["{option} takes {what}.", "{option} に入れられるのは：{what}。"],
  thinking: ["Spacebell is thinking …", "Spacebellが考え中…"],
  submit: ["Submit", "送信"],
  to: ["Message {channel}", "{channel} へメッセージ"],
  unknownChannel: ["#unknown", "#不明"],
  unknownRole: ["@unknown-role", "@不明なロール"],
  used: ["{who} used {what}", "{who} が {what} を使いました"],
  who: ["Who you are", "利用者"],
  yours: ["you have it", "所持しています"],
};

/** A text in the reader's language. */
export function word(name, given = {}) {
  return pieces(name, given).join("");
}

/** The same as a list, so that what is filled in may be an element. */
export function pieces(name, given) {
  const text = WORDS[name][reader.locale === "ja" ? 1 : 0];
  return text.split(/\{(\w+)\}/).map((piece, index) => (index % 2 ? given[piece] : piece)).filter((piece) => piece !== "");
}

/** What an app registered, in the reader's language where the app gave it. */
export const named = (thing) => thing.name_localizations?.[reader.locale] ?? thing.name;
export const described = (thing) => thing.description_localizations?.[reader.locale] ?? thing.description;
