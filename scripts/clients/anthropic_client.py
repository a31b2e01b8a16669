"""The anthropic package as its users use it. Arguments: the server's URL and its key."""
import json
import sys
import urllib.request

import anthropic
from anthropic import Anthropic

from checks import check, finish, raises

URL, KEY = sys.argv[1:]
client = Anthropic(base_url=URL, api_key=KEY, max_retries=0, timeout=120)


def served_model():
    request = urllib.request.Request(URL + "/v1/models", headers={"Authorization": f"Bearer {KEY}"})
    return json.load(urllib.request.urlopen(request))["data"][0]["id"]


MODEL = served_model()
OPTIONS = {
    # The package's newer versions do not know the temperature any more; the API does.
    "model": MODEL, "max_tokens": 40, "extra_body": {"temperature": 0},
    "messages": [{"role": "user", "content": "Who never lands?"}]}
TOOL = {
    "name": "look_up", "description": "Looks a bird up.",
    "input_schema": {
        "type": "object", "additionalProperties": False,
        "properties": {"bird": {"type": "string", "enum": ["martlet", "swift"]}}, "required": ["bird"]}}


@check("messages.create")
def _():
    answer = client.messages.create(**OPTIONS)
    assert answer.type == "message" and answer.role == "assistant"
    assert answer.content[0].type == "text" and answer.content[0].text
    assert answer.stop_reason in ("end_turn", "max_tokens")
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0


@check("messages.create with system, parts and stop_sequences")
def _():
    options = {**OPTIONS, "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Who never lands?"}]}]}
    answer = client.messages.create(**options, system="Be brief.", stop_sequences=["e"])
    assert "e" not in answer.content[0].text
    assert answer.stop_reason != "stop_sequence" or answer.stop_sequence == "e"


@check("messages.stream equals messages.create")
def _():
    whole = client.messages.create(**OPTIONS)
    with client.messages.stream(**OPTIONS) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == whole.content[0].text == final.content[0].text
    assert final.stop_reason == whole.stop_reason
    assert final.usage.output_tokens == whole.usage.output_tokens


@check("the raw events are in order")
def _():
    kinds = [event.type for event in client.messages.create(**OPTIONS, stream=True)]
    assert kinds[:2] == ["message_start", "content_block_start"], kinds
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"], kinds


@check("messages.count_tokens")
def _():
    options = {name: OPTIONS[name] for name in ("model", "messages")}
    count = client.messages.count_tokens(**options).input_tokens
    usage = client.messages.create(**OPTIONS).usage
    # What is found in the prefix cache is counted apart.
    assert count == usage.input_tokens + (usage.cache_read_input_tokens or 0), (count, usage)


@check("tools: any, and the tool's words go back")
def _():
    options = {**OPTIONS, "max_tokens": 1000, "tools": [TOOL]}
    answer = client.messages.create(**options, tool_choice={"type": "any"})
    call = next(block for block in answer.content if block.type == "tool_use")
    assert answer.stop_reason == "tool_use" and call.name == "look_up"
    assert call.input["bird"] in ("martlet", "swift")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "It never lands."}
    options["messages"] = [
        *OPTIONS["messages"], {"role": "assistant", "content": answer.content},
        {"role": "user", "content": [result]}]
    assert client.messages.create(**options, tool_choice={"type": "none"}).type == "message"


@check("tools: streamed")
def _():
    options = {**OPTIONS, "max_tokens": 1000, "tools": [TOOL], "tool_choice": {"type": "tool", "name": "look_up"}}
    whole = client.messages.create(**options)
    with client.messages.stream(**options) as stream:
        final = stream.get_final_message()
    calls = [[block.input for block in message.content if block.type == "tool_use"]
             for message in (whole, final)]
    assert calls[0] == calls[1] != []


@check("errors")
def _():
    raises(anthropic.NotFoundError, lambda: client.messages.create(**{**OPTIONS, "model": "nobody"}))
    raises(anthropic.BadRequestError, lambda: client.messages.create(**{**OPTIONS, "extra_body": {"temperature": 5}}))
    stranger = Anthropic(base_url=URL, api_key="wrong", max_retries=0)
    raises(anthropic.AuthenticationError, lambda: stranger.messages.create(**OPTIONS))


finish()
