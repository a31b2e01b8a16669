"""The openai package as its users use it. Arguments: the server's URL and its key."""
import asyncio
import json
import sys
from typing import Literal

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel, Field

from checks import check, finish, raises

URL, KEY = sys.argv[1:]
client = OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0, timeout=120)
MODEL = client.models.list().data[0].id
ASK = [{"role": "user", "content": "Who never lands?"}]


class Bird(BaseModel):
    """Every part is bounded: nothing but the grammar ends the nonsense of random weights."""
    kind: Literal["martlet", "swift", "swallow"]
    age: int = Field(ge=0, le=99)
    name: str = Field(max_length=8)
    lands: bool


TOOLS = [
    {"type": "function", "function": {
        "name": "look_up", "description": "Looks a bird up.",
        "parameters": {
            "type": "object", "additionalProperties": False,
            "properties": {
                "bird": {"type": "string", "enum": ["martlet", "swift"]},
                "limit": {"type": "integer", "minimum": 1, "maximum": 9}},
            "required": ["bird", "limit"]}}},
    {"type": "function", "function": {
        "name": "count_nests",
        "parameters": {
            "type": "object", "additionalProperties": False,
            "properties": {"county": {"type": "string", "maxLength": 6}}, "required": ["county"]}}},
]


def chat(messages=ASK, **options):
    options = {"temperature": 0, "max_tokens": 40, **options}
    return client.chat.completions.create(model=MODEL, messages=messages, **options)


def streamed(**options):
    """A stream put together: text, finish reason, tool calls, usage, log-probabilities."""
    text, reason, calls, usage, logprobs = "", None, {}, None, []
    for chunk in chat(stream=True, stream_options={"include_usage": True}, **options):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
            logprobs += (choice.logprobs and choice.logprobs.content) or []
            for piece in choice.delta.tool_calls or []:
                call = calls.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
                call["id"] += piece.id or ""
                call["name"] += piece.function.name or ""
                call["arguments"] += piece.function.arguments or ""
    return text, reason, [calls[index] for index in sorted(calls)], usage, logprobs


def is_valid_call(name, arguments):
    values = json.loads(arguments)
    if name == "look_up":
        return set(values) == {"bird", "limit"} and values["bird"] in ("martlet", "swift") \
            and values["limit"] in range(1, 10)
    return name == "count_nests" and set(values) == {"county"} and len(values["county"]) <= 6


# Models and completions


@check("models.list and models.retrieve")
def _():
    assert client.models.retrieve(MODEL).id == MODEL


@check("completions.create, whole and streamed")
def _():
    options = {
        "model": MODEL, "prompt": "The martlet", "max_tokens": 24, "temperature": 0,
        "extra_body": {"ignore_eos": True}}
    whole = client.completions.create(**options)
    pieces = list(client.completions.create(**options, stream=True))
    assert "".join(c.text for piece in pieces for c in piece.choices) == whole.choices[0].text
    assert whole.usage.completion_tokens == 24 and whole.choices[0].finish_reason == "length"


@check("completions with logprobs, n and echo")
def _():
    answer = client.completions.create(
        model=MODEL, prompt="The martlet", max_tokens=4, logprobs=2, n=2, temperature=1, seed=3, echo=True)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert all(choice.text.startswith("The martlet") for choice in answer.choices)
    assert all(value <= 0 for value in answer.choices[0].logprobs.token_logprobs[1:])


# Chat


@check("chat: an answer")
def _():
    answer = chat()
    assert answer.object == "chat.completion" and answer.id.startswith("chatcmpl-")
    assert answer.choices[0].message.role == "assistant" and answer.choices[0].message.content
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


@check("chat: the stream equals the whole answer")
def _():
    for options in ({}, {"max_tokens": 3}, {"temperature": 1, "seed": 7}, {"stop": ["e"]}):
        whole = chat(**options)
        text, reason, _, usage, _ = streamed(**options)
        assert text == whole.choices[0].message.content, (options, text)
        assert reason == whole.choices[0].finish_reason, options
        assert usage.completion_tokens == whole.usage.completion_tokens, options


@check("chat: a system message and a longer conversation")
def _():
    messages = [
        {"role": "system", "content": "Be brief."}, *ASK,
        {"role": "assistant", "content": "The martlet."}, {"role": "user", "content": "Why?"}]
    assert chat(messages).usage.prompt_tokens > chat().usage.prompt_tokens


@check("chat: content in parts is the same text")
def _():
    parts = [{"role": "user", "content": [{"type": "text", "text": ASK[0]["content"]}]}]
    assert chat(parts).choices[0].message.content == chat().choices[0].message.content


@check("chat: stop strings are not part of the answer")
def _():
    text = chat().choices[0].message.content
    stop = text[len(text) // 2:][:2]
    answer = chat(stop=[stop]).choices[0]
    assert answer.finish_reason == "stop"
    assert answer.message.content == text[:text.index(stop)]


@check("chat: max_completion_tokens, and length as reason")
def _():
    answer = client.chat.completions.create(
        model=MODEL, messages=ASK, max_completion_tokens=2, temperature=0,
        extra_body={"ignore_eos": True})
    assert answer.usage.completion_tokens == 2 and answer.choices[0].finish_reason == "length"


@check("chat: n answers, each repeatable by the seed")
def _():
    first, second = (chat(n=3, temperature=1, seed=11) for _ in range(2))
    texts = [choice.message.content for choice in first.choices]
    assert [choice.index for choice in first.choices] == [0, 1, 2] and len(set(texts)) > 1
    assert texts == [choice.message.content for choice in second.choices]


@check("chat: log-probabilities, whole and streamed")
def _():
    options = {"logprobs": True, "top_logprobs": 3, "max_tokens": 5}
    content = chat(**options).choices[0].logprobs.content
    assert len(content) <= 5 and all(len(entry.top_logprobs) == 3 for entry in content)
    assert all(entry.logprob == entry.top_logprobs[0].logprob for entry in content)
    assert streamed(**options)[4] == content


@check("chat: fields that only vLLM has")
def _():
    answer = chat(extra_body={"top_k": 1, "min_tokens": 4, "repetition_penalty": 1.1}, temperature=1)
    assert answer.usage.completion_tokens >= 4


@check("chat: streams beside each other do not change one another")
def _():
    alone = [chat([{"role": "user", "content": f"Bird {i}?"}]).choices[0].message.content for i in range(6)]

    async def one(asynchronous, index):
        stream = await asynchronous.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": f"Bird {index}?"}],
            temperature=0, max_tokens=40, stream=True)
        return "".join([c.delta.content or "" async for chunk in stream for c in chunk.choices])

    async def all_of_them():
        async with AsyncOpenAI(base_url=URL + "/v1", api_key=KEY) as asynchronous:
            return await asyncio.gather(*(one(asynchronous, index) for index in range(6)))

    assert asyncio.run(all_of_them()) == alone


# Structured output


@check("structured output: parse into a pydantic model")
def _():
    for temperature in (0, 1):
        answer = client.chat.completions.parse(
            model=MODEL, messages=ASK, response_format=Bird, temperature=temperature, seed=1, max_tokens=1000)
        assert isinstance(answer.choices[0].message.parsed, Bird)
        assert answer.choices[0].finish_reason == "stop"


@check("structured output: the stream helper")
def _():
    with client.chat.completions.stream(
            model=MODEL, messages=ASK, response_format=Bird, temperature=0, max_tokens=1000) as stream:
        for _ in stream:
            pass
        streamed_bird = stream.get_final_completion().choices[0].message.parsed
    whole = client.chat.completions.parse(
        model=MODEL, messages=ASK, response_format=Bird, temperature=0, max_tokens=1000)
    assert streamed_bird == whole.choices[0].message.parsed


@check("structured output: a choice by vLLM's field")
def _():
    answer = chat(extra_body={"structured_outputs": {"choice": ["martlet", "swift"]}})
    assert answer.choices[0].message.content in ("martlet", "swift")


# Tools


@check("tools: required")
def _():
    answer = chat(tools=TOOLS, tool_choice="required", max_tokens=1000).choices[0]
    assert answer.finish_reason == "tool_calls" and answer.message.tool_calls
    for call in answer.message.tool_calls:
        assert call.type == "function" and call.id
        assert is_valid_call(call.function.name, call.function.arguments), call.function


@check("tools: a named one")
def _():
    for name in ("look_up", "count_nests"):
        choice = {"type": "function", "function": {"name": name}}
        answer = chat(tools=TOOLS, tool_choice=choice, max_tokens=1000).choices[0]
        call, = answer.message.tool_calls
        assert call.function.name == name and is_valid_call(name, call.function.arguments)


@check("tools: the streamed calls equal the whole ones")
def _():
    named = {"type": "function", "function": {"name": "look_up"}}
    for choice in ("required", named):
        options = {"tools": TOOLS, "tool_choice": choice, "max_tokens": 1000}
        whole = chat(**options).choices[0]
        _, reason, calls, _, _ = streamed(**options)
        assert reason == whole.finish_reason
        assert [(c["name"], c["arguments"]) for c in calls] \
            == [(c.function.name, c.function.arguments) for c in whole.message.tool_calls]
        assert all(call["id"] for call in calls)


@check("tools: none and auto")
def _():
    assert not chat(tools=TOOLS, tool_choice="none").choices[0].message.tool_calls
    answer = chat(tools=TOOLS, tool_choice="auto", max_tokens=60).choices[0]
    assert answer.message.content or answer.message.tool_calls


@check("tools: what a tool said goes back to the model")
def _():
    choice = chat(tools=TOOLS, tool_choice="required", max_tokens=1000).choices[0]
    messages = [*ASK, choice.message]
    for call in choice.message.tool_calls:
        messages.append({"role": "tool", "tool_call_id": call.id, "content": "It never lands."})
    assert chat(messages, tools=TOOLS, tool_choice="none").choices[0].finish_reason in ("stop", "length")


# Responses and embeddings


@check("responses.create, whole and streamed")
def _():
    options = {"model": MODEL, "input": "Who never lands?", "max_output_tokens": 30, "temperature": 0}
    whole = client.responses.create(**options)
    assert whole.output_text and whole.usage.output_tokens > 0
    events = list(client.responses.create(**options, stream=True))
    assert events[0].type == "response.created"
    assert events[-1].type in ("response.completed", "response.incomplete")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == whole.output_text == events[-1].response.output_text


@check("responses.create with instructions and a list as input")
def _():
    answer = client.responses.create(
        model=MODEL, instructions="Be brief.", max_output_tokens=8, input=[{"role": "user", "content": "Why?"}])
    assert answer.object == "response" and answer.status in ("completed", "incomplete")


@check("embeddings.create, as numbers and as base64")
def _():
    texts = ["A martlet.", "A swift."]
    # The client asks for base64 and decodes it, unless told otherwise.
    packed = client.embeddings.create(model=MODEL, input=texts)
    plain = client.embeddings.create(model=MODEL, input=texts, encoding_format="float")
    assert [entry.index for entry in packed.data] == [0, 1] and packed.usage.prompt_tokens > 0
    for one, other in zip(packed.data, plain.data):
        assert len(one.embedding) == len(other.embedding) > 0
        assert all(abs(a - b) < 1e-5 for a, b in zip(one.embedding, other.embedding))


# Errors


@check("errors: BadRequestError names the field")
def _():
    error = raises(openai.BadRequestError, lambda: chat(temperature=5))
    assert error.param == "temperature" and error.status_code == 400
    assert raises(openai.BadRequestError, lambda: chat([])).param == "messages"


@check("errors: NotFoundError for a model that is not there")
def _():
    raises(openai.NotFoundError, lambda: client.chat.completions.create(model="nobody", messages=ASK))
    raises(openai.NotFoundError, lambda: client.models.retrieve("nobody"))


@check("errors: AuthenticationError for a wrong key")
def _():
    stranger = OpenAI(base_url=URL + "/v1", api_key="wrong", max_retries=0)
    raises(openai.AuthenticationError, lambda: stranger.models.list())
    raises(openai.AuthenticationError, lambda: stranger.chat.completions.create(model=MODEL, messages=ASK))


@check("errors: a conversation that is too long")
def _():
    error = raises(openai.BadRequestError, lambda: chat([{"role": "user", "content": "martlet " * 3000}]))
    assert "context length" in error.message


@check("errors: a schema that cannot be kept is refused, not ignored")
def _():
    broken = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}}
    raises(openai.BadRequestError, lambda: chat(response_format=broken))


finish()
