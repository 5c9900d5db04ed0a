// X's side: the reader's own account, whom it follows, and what it lets apps do.

import { avatar, el, fill, keep } from "./elements.js";
import { me, myAccount, onChange, post, world } from "./world.js";
import { toast, tried } from "./frame.js";

/** Shows the reader's account in `place`. */
export function you(place) {
  const card = el("div", { class: "own-account" });
  const list = el("ul", { class: "follows", "aria-label": "Hosts on X" });
  const withdraw = el("button", { type: "button", class: "pill", id: "withdraw", text: "Revoke Spacebell’s access" });
  withdraw.addEventListener("click", async () => {
    const done = await tried(post("/api/account", { do: "withdraw", who: myAccount().id }));
    if (done) toast("X has ended every access that this account gave.");
  });
  place.append(
    card,
    el("p", { class: "quiet", text: "Type /account link in Discord to let the bot see whom this account follows, and who bought tickets of its Spaces." }),
    el("h3", { class: "x-title", text: "Whom you follow" }), list,
    el("h3", { class: "x-title", text: "Connected apps" }), withdraw);
  const show = () => {
    if (!world.x || !world.discord) return;
    const account = myAccount();
    fill(card, avatar(account.name, 44), el("div", {}, el("strong", { text: account.name }), el("p", { class: "quiet", text: `@${account.username} · ${me().name}’s account` })));
    const rows = world.x.hosts.map((host) => ({ ...host, on: account.follows.includes(host.id), who: account.id }));
    keep(list, rows, (host) => host.id, row);
  };
  onChange("x", show);
  onChange("discord", show);
  onChange("reader", show);
}

/** The button stays the same element, so that it keeps the focus. */
function row(host, known) {
  const node = known ?? el("li", { class: "follow-row" }, avatar(host.name, 32),
    el("span", { class: "follow-names" }, el("span", { class: "host-name", text: host.name }), el("span", { class: "handle", text: `@${host.username}` })),
    el("button", { type: "button", class: "pill" }));
  const button = node.querySelector("button");
  button.textContent = host.on ? "Following" : "Follow";
  button.classList.toggle("strong", !host.on);
  button.setAttribute("aria-pressed", String(host.on));
  button.setAttribute("aria-label", `Follow ${host.name}`);
  button.onclick = () => tried(post("/api/account", { do: "follow", who: host.who, host: host.id, on: !host.on }));
  return node;
}
