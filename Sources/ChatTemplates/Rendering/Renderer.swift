/// One rendering of a template: its variables, its output, and what it has used up.
///
/// Nothing here reaches outside: no clock, no file, no method of a Swift type.
final class Renderer {
    let limits: TemplateLimits
    let now: TemplateDate
    private(set) var usage = TemplateUsage()
    /// The line of the statement at work.
    var line = 0
    /// The variables outside all scopes, by index of their name.
    var variables: [Value?]
    let names: [String]
    let loopName: Int?
    /// The innermost scope; nil outside all.
    var scope: Scope?
    var output = MarkedText()
    /// How many bodies are being rendered into a value instead of the output.
    var captureDepth = 0
    var callDepth = 0
    private var frameDepth = 0
    private var namespaces: [Namespace] = []
    private var capturedScopes: [Scope] = []

    init(names: [String: Int], limits: TemplateLimits, now: TemplateDate) {
        self.limits = limits
        self.now = now
        variables = Array(repeating: nil, count: names.count)
        var ordered = Array(repeating: "", count: names.count)
        for (name, index) in names { ordered[index] = name }
        self.names = ordered
        loopName = names["loop"]
        for function in Function.allCases {
            if let index = names[function.rawValue] { variables[index] = .function(function) }
        }
    }

    /// Breaks every circle of values, so that all of them are freed.
    func finish() {
        for namespace in namespaces { namespace.clear() }
        for scope in capturedScopes { scope.clear() }
        variables = []
    }

    // MARK: - Limits

    /// Pays for work before it is done.
    func pay(steps count: Int) throws(ChatTemplateError) {
        guard count <= limits.steps - usage.steps else {
            usage.steps = limits.steps
            throw limit(.steps, limits.steps)
        }
        usage.steps += count
    }

    /// Pays for bytes of text before they are made.
    func pay(text byteCount: Int) throws(ChatTemplateError) {
        guard byteCount <= limits.textByteCount - usage.textByteCount else {
            throw limit(.textByteCount, limits.textByteCount)
        }
        usage.textByteCount += byteCount
    }

    /// Pays for looking at bytes without making any.
    func pay(scanning byteCount: Int) throws(ChatTemplateError) {
        if byteCount >= 256 { try pay(steps: byteCount / 256) }
    }

    func enter() throws(ChatTemplateError) {
        frameDepth += 1
        // A macro's body nests like any other; 8 times the depth lets real templates walk real
        // schemas and still needs less than a megabyte of stack.
        guard frameDepth <= 8 * limits.depth else { throw limit(.depth, limits.depth) }
    }

    func leave() { frameDepth -= 1 }

    // MARK: - Errors

    func typeError(_ reason: String) -> ChatTemplateError { .type(line: line, reason: reason) }

    func undefinedError(_ undefined: Undefined) -> ChatTemplateError {
        .undefined(line: line, what: undefined.what)
    }

    func limit(_ which: TemplateLimit, _ limit: Int) -> ChatTemplateError {
        .limit(line: line, which: which, limit: limit)
    }

    // MARK: - Variables

    func value(named index: Int) -> Value {
        var current = scope
        while let scope = current {
            if let value = scope[index] { return value }
            current = scope.parent
        }
        return variables[index] ?? .undefined(Undefined(.name(names[index])))
    }

    func set(_ index: Int, _ value: Value) {
        if let scope { scope[index] = value } else { variables[index] = value }
    }

    func makeNamespace() -> Namespace {
        let namespace = Namespace()
        namespaces.append(namespace)
        return namespace
    }

    /// The scope a macro keeps: remembered, because macro and scope may hold each other.
    func captureScope() -> Scope? {
        var current = scope
        while let scope = current, !scope.isCaptured {
            scope.isCaptured = true
            capturedScopes.append(scope)
            current = scope.parent
        }
        return scope
    }

    // MARK: - Output

    func write(_ text: MarkedText) throws(ChatTemplateError) {
        if captureDepth > 0 {
            try pay(text: text.count)
        } else {
            guard text.count <= limits.outputByteCount - usage.outputByteCount else {
                throw limit(.outputByteCount, limits.outputByteCount)
            }
            usage.outputByteCount += text.count
        }
        output.append(text)
    }

    /// Runs `body` with an output of its own and returns that.
    func capture(
        _ body: () throws(ChatTemplateError) -> Flow
    ) throws(ChatTemplateError) -> (text: MarkedText, flow: Flow) {
        let outer = output
        output = MarkedText()
        captureDepth += 1
        let flow = try body()
        captureDepth -= 1
        let text = output
        output = outer
        return (text, flow)
    }

    // MARK: - Containers

    func list(_ items: [Value]) throws(ChatTemplateError) -> Value {
        .list(try checked(ValueList(items)))
    }

    func tuple(_ items: [Value]) throws(ChatTemplateError) -> Value {
        .tuple(try checked(ValueList(items)))
    }

    func generator(_ items: [Value]) throws(ChatTemplateError) -> Value {
        let generator = Generator(items)
        try check(depth: generator.depth)
        return .generator(generator)
    }

    func map(_ builder: MapBuilder) throws(ChatTemplateError) -> Value {
        let map = builder.map
        try check(depth: map.depth)
        return .map(map)
    }

    private func checked(_ list: ValueList) throws(ChatTemplateError) -> ValueList {
        try check(depth: list.depth)
        return list
    }

    /// Values may lie a little deeper than the documents they come from.
    private func check(depth: Int) throws(ChatTemplateError) {
        guard depth <= 2 * limits.depth else { throw limit(.depth, limits.depth) }
    }
}

/// How a body ended.
enum Flow {
    case next
    case breakLoop
    case continueLoop
}
