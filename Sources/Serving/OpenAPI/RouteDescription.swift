/// What people and tools are told about a route.
package struct RouteDescription: Sendable, Equatable {
    /// What a success looks like.
    enum Success: Sendable, Equatable {
        /// A JSON document.
        case json(String)
        /// A JSON document, or a stream of events if `stream` is true.
        case jsonOrEvents(String)
        /// Plain text.
        case text(String)
        /// A part of the page.
        case page(String)
        /// Nothing but the status.
        case empty(String)

        var note: String {
            switch self {
            case .json(let note), .jsonOrEvents(let note), .text(let note), .page(let note),
                .empty(let note):
                note
            }
        }
    }

    /// What the server has to do for an answer; it decides what can go wrong.
    enum Work: Sendable, Equatable {
        /// Nothing of the model is used.
        case none
        /// The body is read and the tokenizer or a template used.
        case text
        /// The engine is asked.
        case generation
    }

    /// The path, with names in braces for what is part of it.
    package let path: String
    /// Which of the groups it is shown in.
    let group: String
    /// One sentence.
    let summary: String
    /// The body of a POST; nil for none.
    let body: Schema?
    let success: Success
    let work: Work
    /// What it answers beyond what all routes of its kind answer.
    let statuses: [Int]

    init(
        _ path: String,
        group: String,
        _ summary: String,
        body: Schema? = nil,
        success: Success,
        work: Work,
        statuses: [Int] = []
    ) {
        self.path = path
        self.group = group
        self.summary = summary
        self.body = body
        self.success = success
        self.work = work
        self.statuses = statuses
    }

    /// All there are, also of routes this server lacks.
    package static let all = completions + chat + tokens + models + status

    /// What a request with one of the route's own methods can be answered with.
    ///
    /// 500 is not among them: it is always a fault of the server.
    package func statuses(method: String, isOpen: Bool) -> [Int] {
        // 403 is for the name in Host, 503 for a model that is loaded or an engine that is stalled
        // or draining; 400, 408, 414 and 431 are also for what does not become a request.
        var statuses: Set<Int> = [200, 400, 403, 408, 414, 431, 503]
        statuses.formUnion(self.statuses)
        if !isOpen { statuses.insert(401) }
        if method == "POST" { statuses.formUnion([413, 415]) }
        if body != nil { statuses.insert(404) }
        if work == .generation { statuses.formUnion([429, 504]) }
        return statuses.sorted()
    }
}
