/** Questions for an empty conversation. */
export const examples = [
  "Tell me a short story about a bird that never lands.",
  "What is PagedAttention?",
  "Write a haiku about rain.",
  "Who are you?",
];

/** What all simulated users begin with: equal beginnings are what blocks can be shared for. */
export const sharedSystem = [
  "You tell stories to children in the library of a small town.",
  "Answer in plain words and short sentences, as one speaks to a curious child.",
  "Begin with who it is about and where they live, then what went wrong, and who helped.",
  "End well, so that everybody can sleep afterwards.",
  "The library has five rooms: the hall of birds, the garden, the cave, the tower and the shore.",
  "Whoever asks about something else gets a short and honest answer.",
];

const heroes = [
  "a fox", "an owl", "a bear", "a bee", "a bird", "a frog", "a cat", "a dog", "a horse", "a sheep",
  "a mouse", "a swan", "a whale", "a snail", "a crow", "the moon",
];

/** What a simulated user wants to know, one turn after the other. */
export function questionsOf(user) {
  const hero = heroes[(user - 1) % heroes.length];
  return [`Tell me a story about ${hero}.`, "Tell me another story.", "What is a martlet?"];
}
