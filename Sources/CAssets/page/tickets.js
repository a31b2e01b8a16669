/**
 * Which of the engine's requests came from this page. New numbers go to tickets in the order of
 * sending; where the length of a ticket's prompt is known, it has to be that of the request.
 */
export class Tickets {
  #open = [];
  #newest = -1;

  /** Notes that a request is about to be sent, by the chat (0) or a user (1 and up). */
  open(owner, promptTokens = null) {
    const ticket = { owner, request: null, promptTokens };
    ticket.learn = (usage) => ticket.promptTokens ??= usage?.prompt_tokens ?? null;
    const drop = () => this.#open.splice(this.#open.indexOf(ticket), 1);
    // What the engine said of it may come later than its answer.
    ticket.close = () => setTimeout(drop, 1000);
    this.#open.push(ticket);
    return ticket;
  }

  /** Compares with what the engine has. @returns {Map} owners by request */
  match(snapshot) {
    const requests = [...snapshot.running, ...snapshot.waiting];
    this.#dropWrong(requests);
    const fresh = requests.filter((entry) => entry.request > this.#newest)
      .sort((one, other) => one.request - other.request);
    for (const ticket of this.#open) {
      if (ticket.request === null) ticket.request = this.#find(ticket, requests, fresh);
    }
    this.#newest = Math.max(this.#newest, ...fresh.map((entry) => entry.request));
    return new Map(this.#open.filter((ticket) => ticket.request !== null)
      .map((ticket) => [ticket.request, ticket.owner]));
  }

  #dropWrong(requests) {
    const lengths = new Map(requests.map((entry) => [entry.request, entry.prompt_tokens]));
    for (const ticket of this.#open) {
      const length = lengths.get(ticket.request) ?? ticket.promptTokens;
      if (ticket.promptTokens !== null && length !== ticket.promptTokens) ticket.request = null;
    }
  }

  #find(ticket, requests, fresh) {
    const taken = new Set(this.#open.map((other) => other.request));
    const candidates = ticket.promptTokens === null ? fresh
      : requests.filter((entry) => entry.prompt_tokens === ticket.promptTokens);
    return candidates.find((entry) => !taken.has(entry.request))?.request ?? null;
  }
}
