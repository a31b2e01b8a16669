"""A conversation with a model through LangChain: python chat.py < questions.txt, or type them."""
import os
import sys

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import OpenAI

server = {
    "base_url": os.environ.get("MODEL_URL", "http://127.0.0.1:8000/v1"),
    "api_key": os.environ.get("MODEL_API_KEY", "none"),
}
model = ChatOpenAI(model=OpenAI(**server).models.list().data[0].id, max_tokens=200, **server)
conversation = [SystemMessage("You are a brief and friendly guide.")]

for question in sys.stdin:
    conversation.append(HumanMessage(question.strip()))
    answer = None
    for chunk in model.stream(conversation):
        print(chunk.content, end="", flush=True)
        answer = chunk if answer is None else answer + chunk
    print()
    conversation.append(answer)
