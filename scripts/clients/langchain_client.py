"""langchain-openai as its users use it. Arguments: the server's URL and its key."""
import asyncio
import sys
from typing import Literal

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

from checks import check, finish

URL, KEY = sys.argv[1:]
SERVER = {"base_url": URL + "/v1", "api_key": KEY, "max_retries": 0}


def served_model():
    import openai
    return openai.OpenAI(base_url=URL + "/v1", api_key=KEY).models.list().data[0].id


MODEL = served_model()
chat = ChatOpenAI(model=MODEL, temperature=0, max_tokens=40, **SERVER)
# A grammar allows some white space, and random weights like tabs.
longer = ChatOpenAI(model=MODEL, temperature=0, max_tokens=1000, **SERVER)
QUESTION = "Who never lands?"


class Bird(BaseModel):
    """A bird."""
    kind: Literal["martlet", "swift", "swallow"] = Field(description="What it is.")
    age: int = Field(ge=0, le=99)
    lands: bool


@tool
def look_up(bird: Literal["martlet", "swift"], wild: bool) -> str:
    """Looks a bird up."""
    return f"The {bird} never lands."


@check("ChatOpenAI.invoke")
def _():
    answer = chat.invoke(QUESTION)
    assert isinstance(answer, AIMessage) and answer.content
    usage = answer.usage_metadata
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


@check("ChatOpenAI.stream equals invoke")
def _():
    whole = chat.invoke(QUESTION)
    # With a server that is not OpenAI's, usage in a stream has to be asked for.
    chunks = list(chat.stream(QUESTION, stream_usage=True))
    assert "".join(chunk.content for chunk in chunks) == whole.content
    total = chunks[0]
    for chunk in chunks[1:]:
        total += chunk
    assert total.usage_metadata["output_tokens"] == whole.usage_metadata["output_tokens"]


@check("ChatOpenAI.ainvoke and astream")
def _():
    async def both():
        text = "".join([chunk.content async for chunk in chat.astream(QUESTION)])
        return text, (await chat.ainvoke(QUESTION)).content
    text, whole = asyncio.run(both())
    assert text == whole


@check("ChatOpenAI.batch")
def _():
    questions = [f"Bird {index}?" for index in range(4)]
    answers = chat.batch(questions)
    assert [answer.content for answer in answers] == [chat.invoke(q).content for q in questions]


@check("a prompt template, a conversation and stop")
def _():
    prompt = ChatPromptTemplate.from_messages(
        [("system", "Be {how}."), ("human", "{question}")])
    first = (prompt | chat).invoke({"how": "brief", "question": QUESTION})
    said = [SystemMessage("Be brief."), HumanMessage(QUESTION), first, HumanMessage("Why?")]
    answer = chat.bind(stop=["e"]).invoke(said)
    assert "e" not in answer.content


# `strict` closes the objects: otherwise random weights go on with members of their own for ever.


@check("bind_tools: any")
def _():
    answer = longer.bind_tools([look_up], tool_choice="any", strict=True).invoke(QUESTION)
    call = answer.tool_calls[0]
    assert call["name"] == "look_up" and not answer.invalid_tool_calls
    assert call["args"]["bird"] in ("martlet", "swift") and isinstance(call["args"]["wild"], bool)


@check("bind_tools: streamed, and the tool's words go back")
def _():
    bound = longer.bind_tools([look_up], tool_choice="look_up", strict=True)
    total = None
    for chunk in bound.stream(QUESTION):
        total = chunk if total is None else total + chunk
    whole = bound.invoke(QUESTION)
    assert [call["args"] for call in total.tool_calls] == [call["args"] for call in whole.tool_calls]
    answers = [look_up.invoke(call) for call in whole.tool_calls]
    assert all(isinstance(answer, ToolMessage) for answer in answers)
    assert isinstance(chat.invoke([HumanMessage(QUESTION), whole, *answers]), AIMessage)


@check("with_structured_output: by schema and by function call")
def _():
    for method in ("json_schema", "function_calling"):
        bird = longer.with_structured_output(Bird, method=method, strict=True).invoke(QUESTION)
        assert isinstance(bird, Bird), method


@check("with_structured_output: streamed")
def _():
    *_, last = longer.with_structured_output(Bird.model_json_schema(), method="json_schema").stream(QUESTION)
    assert Bird.model_validate(last)


@check("OpenAI, for completions")
def _():
    llm = OpenAI(model=MODEL, temperature=0, max_tokens=16, **SERVER)
    assert "".join(llm.stream("The martlet")) == llm.invoke("The martlet")


@check("OpenAIEmbeddings")
def _():
    # It would ask for a tokenizer of OpenAI's otherwise.
    embeddings = OpenAIEmbeddings(model=MODEL, check_embedding_ctx_length=False, **SERVER)
    first, second = embeddings.embed_documents(["A martlet.", "A swift."])
    assert len(first) == len(second) > 0 and first != second
    assert all(abs(a - b) < 1e-5 for a, b in zip(embeddings.embed_query("A swift."), second))


finish()
