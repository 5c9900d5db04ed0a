// Puts the page together.

import { connect, onChange } from "./world.js";
import { frame, toast } from "./frame.js";
import { channels } from "./channels.js";
import { messages } from "./messages.js";
import { composer } from "./composer.js";
import { spaces } from "./spaces.js";
import { you } from "./you.js";
import { troubles } from "./troubles.js";
import { strip } from "./strip.js";

frame();
channels(document.getElementById("channels"), document.getElementById("channels-opener"));
messages(document.getElementById("messages"), document.getElementById("chat-head"));
composer(document.getElementById("composer"));
spaces(document.getElementById("panel-spaces"));
you(document.getElementById("panel-you"));
troubles(document.getElementById("panel-troubles"));
strip(document.getElementById("figures"), document.getElementById("power"));

let lost = false;
connect((now) => {
  if (now && !lost) toast("The demo doesn’t answer. Is it still running?");
  lost = now;
});
onChange("discord", () => document.body.classList.add("ready"));
