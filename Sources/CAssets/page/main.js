import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { connectEngineView } from "./engine-view.js";
import { Feed } from "./feed.js";
import { connectHeader } from "./header.js";
import { KeyDialog } from "./key-dialog.js";
import { Lanes } from "./lanes.js";
import { Server } from "./server.js";
import { Settings } from "./settings.js";
import { connectTabs } from "./tabs.js";
import { connectThemeSwitch } from "./theme.js";
import { Tickets } from "./tickets.js";
import { Users } from "./users.js";

const server = new Server();
const connection = new Connection(server);
const tickets = new Tickets();
const conversation = new Conversation();

connectThemeSwitch(byId("theme"));
connectTabs();
connectHeader(connection);
new KeyDialog(connection, server);

const chat = new Chat({ server, connection, tickets, conversation, settings: new Settings() });
new Composer(chat, connection);
new Lanes(new Users({ server, connection, tickets }), connection);
connectEngineView(new Feed(server, connection), tickets);

addEventListener("pagehide", () => conversation.save());
connection.look();
