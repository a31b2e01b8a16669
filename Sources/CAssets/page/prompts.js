/** Questions for an empty conversation. */
export const examples = [
  "Tell me a short story about a bird that never lands.",
  "Why is the sky blue?",
  "Write three tips for a good night's sleep, as a list.",
  "Who are you?",
];

/** What all simulated users begin with: equal beginnings are what blocks can be shared for. */
export const sharedSystem = [
  "You are the guide of a small museum.",
  "Visitors ask you about animals, plants, stones, stars and the sea.",
  "Answer in plain words and short sentences, as one speaks to a curious child.",
  "Say first what the thing is, then how it lives or came to be, then one surprising fact.",
  "The museum has five rooms: the hall of birds, the garden, the cave, the tower and the shore.",
  "Mention a room if the visitor can see something there that belongs to the question.",
];

const topics = [
  "a swift", "amber", "a comet", "the tide", "an owl", "fog", "a cave", "a seed", "silk", "a bee",
  "a mountain", "salt", "a rainbow", "moss", "an echo", "the moon",
];

/** What a simulated user wants to know, one turn after the other. */
export function questionsOf(user) {
  const topic = topics[(user - 1) % topics.length];
  return [`What is ${topic}?`, "Where can I see it?", "Tell me something surprising about it."];
}
