#include "page_files.h"

// #embed is C23; the compilers of all toolchains we build with know it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char chat_css[] = {
#embed "page/chat.css"
};
static const unsigned char engine_css[] = {
#embed "page/engine.css"
};
static const unsigned char page_css[] = {
#embed "page/page.css"
};
static const unsigned char answers_js[] = {
#embed "page/answers.js"
};
static const unsigned char block_map_js[] = {
#embed "page/block-map.js"
};
static const unsigned char block_states_js[] = {
#embed "page/block-states.js"
};
static const unsigned char chat_js[] = {
#embed "page/chat.js"
};
static const unsigned char composer_js[] = {
#embed "page/composer.js"
};
static const unsigned char connection_js[] = {
#embed "page/connection.js"
};
static const unsigned char conversation_js[] = {
#embed "page/conversation.js"
};
static const unsigned char counters_js[] = {
#embed "page/counters.js"
};
static const unsigned char dom_js[] = {
#embed "page/dom.js"
};
static const unsigned char engine_view_js[] = {
#embed "page/engine-view.js"
};
static const unsigned char events_js[] = {
#embed "page/events.js"
};
static const unsigned char feed_js[] = {
#embed "page/feed.js"
};
static const unsigned char header_js[] = {
#embed "page/header.js"
};
static const unsigned char highlight_js[] = {
#embed "page/highlight.js"
};
static const unsigned char history_js[] = {
#embed "page/history.js"
};
static const unsigned char holders_js[] = {
#embed "page/holders.js"
};
static const unsigned char key_dialog_js[] = {
#embed "page/key-dialog.js"
};
static const unsigned char lanes_js[] = {
#embed "page/lanes.js"
};
static const unsigned char main_js[] = {
#embed "page/main.js"
};
static const unsigned char map_layout_js[] = {
#embed "page/map-layout.js"
};
static const unsigned char map_squares_js[] = {
#embed "page/map-squares.js"
};
static const unsigned char map_tiles_js[] = {
#embed "page/map-tiles.js"
};
static const unsigned char map_words_js[] = {
#embed "page/map-words.js"
};
static const unsigned char markdown_js[] = {
#embed "page/markdown.js"
};
static const unsigned char prompts_js[] = {
#embed "page/prompts.js"
};
static const unsigned char request_list_js[] = {
#embed "page/request-list.js"
};
static const unsigned char server_js[] = {
#embed "page/server.js"
};
static const unsigned char settings_js[] = {
#embed "page/settings.js"
};
static const unsigned char sparkline_js[] = {
#embed "page/sparkline.js"
};
static const unsigned char store_js[] = {
#embed "page/store.js"
};
static const unsigned char stream_text_js[] = {
#embed "page/stream-text.js"
};
static const unsigned char tabs_js[] = {
#embed "page/tabs.js"
};
static const unsigned char theme_js[] = {
#embed "page/theme.js"
};
static const unsigned char tickets_js[] = {
#embed "page/tickets.js"
};
static const unsigned char turn_view_js[] = {
#embed "page/turn-view.js"
};
static const unsigned char users_js[] = {
#embed "page/users.js"
};
static const unsigned char waiting_list_js[] = {
#embed "page/waiting-list.js"
};
static const unsigned char words_js[] = {
#embed "page/words.js"
};

// A row of the table: the name of a file in page/ and of its bytes above.
#define PAGE_FILE(name, bytes) {"page/" name, bytes, sizeof bytes}

const struct asset ca_page_files[] = {
    PAGE_FILE("index.html", index_html),
    PAGE_FILE("chat.css", chat_css),
    PAGE_FILE("engine.css", engine_css),
    PAGE_FILE("page.css", page_css),
    PAGE_FILE("answers.js", answers_js),
    PAGE_FILE("block-map.js", block_map_js),
    PAGE_FILE("block-states.js", block_states_js),
    PAGE_FILE("chat.js", chat_js),
    PAGE_FILE("composer.js", composer_js),
    PAGE_FILE("connection.js", connection_js),
    PAGE_FILE("conversation.js", conversation_js),
    PAGE_FILE("counters.js", counters_js),
    PAGE_FILE("dom.js", dom_js),
    PAGE_FILE("engine-view.js", engine_view_js),
    PAGE_FILE("events.js", events_js),
    PAGE_FILE("feed.js", feed_js),
    PAGE_FILE("header.js", header_js),
    PAGE_FILE("highlight.js", highlight_js),
    PAGE_FILE("history.js", history_js),
    PAGE_FILE("holders.js", holders_js),
    PAGE_FILE("key-dialog.js", key_dialog_js),
    PAGE_FILE("lanes.js", lanes_js),
    PAGE_FILE("main.js", main_js),
    PAGE_FILE("map-layout.js", map_layout_js),
    PAGE_FILE("map-squares.js", map_squares_js),
    PAGE_FILE("map-tiles.js", map_tiles_js),
    PAGE_FILE("map-words.js", map_words_js),
    PAGE_FILE("markdown.js", markdown_js),
    PAGE_FILE("prompts.js", prompts_js),
    PAGE_FILE("request-list.js", request_list_js),
    PAGE_FILE("server.js", server_js),
    PAGE_FILE("settings.js", settings_js),
    PAGE_FILE("sparkline.js", sparkline_js),
    PAGE_FILE("store.js", store_js),
    PAGE_FILE("stream-text.js", stream_text_js),
    PAGE_FILE("tabs.js", tabs_js),
    PAGE_FILE("theme.js", theme_js),
    PAGE_FILE("tickets.js", tickets_js),
    PAGE_FILE("turn-view.js", turn_view_js),
    PAGE_FILE("users.js", users_js),
    PAGE_FILE("waiting-list.js", waiting_list_js),
    PAGE_FILE("words.js", words_js),
};

const int32_t ca_page_file_count = sizeof ca_page_files / sizeof *ca_page_files;
