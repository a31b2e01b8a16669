import Grammars

/// A matcher behind a reference, so that expectations can move it on.
final class Walker {
    private var matcher: GrammarMatcher

    init(_ grammar: Grammar, _ vocabulary: TokenVocabulary) throws {
        matcher = try GrammarMatcher(grammar: grammar, vocabulary: vocabulary)
    }

    private init(_ matcher: GrammarMatcher) { self.matcher = matcher }

    func copy() -> Walker { Walker(matcher) }

    var isComplete: Bool { matcher.isComplete }
    var isFinished: Bool { matcher.isFinished }
    var failure: GrammarError? { matcher.failure }

    func accept(_ id: Int32) -> Bool { matcher.accept(id) }

    func allowedTokens() -> TokenMask { matcher.allowedTokens() }
}
