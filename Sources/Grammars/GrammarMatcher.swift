/// Follows one answer through a grammar, token by token.
///
/// A value: a copy follows its own way from there. What is worked out is kept with the grammar and
/// shared, so a token usually costs a look at a table.
public struct GrammarMatcher: Sendable {
    private let automaton: TokenAutomaton
    private var place: TokenAutomaton.Place
    private var hasEnded = false
    /// Why no further token is allowed although the answer is not complete; nil when all is well.
    public private(set) var failure: GrammarError?

    /// Begins an answer.
    ///
    /// - Throws: ``GrammarError/unknownSpecialToken(name:)`` when the grammar wants a control token
    ///   that the vocabulary lacks.
    public init(grammar: Grammar, vocabulary: TokenVocabulary) throws(GrammarError) {
        automaton = try grammar.automaton(for: vocabulary)
        place = automaton.start()
    }

    /// Whether the answer may end here: an end token is allowed.
    public var isComplete: Bool { hasEnded || (place.isComplete && failure == nil) }

    /// Whether nothing but an end token may follow.
    public var isFinished: Bool {
        hasEnded || failure != nil || (place.isComplete && !place.canContinue)
    }

    /// The tokens that may come next; end tokens exactly where the answer ``isComplete``.
    ///
    /// Empty after an end token, and after a ``failure``.
    ///
    /// - Complexity: a look-up where this place was met before; else a walk over the vocabulary,
    ///   some tenths of a millisecond for 128,000 tokens.
    public mutating func allowedTokens() -> TokenMask {
        if !hasEnded, failure == nil {
            do throws(GrammarError) {
                return try automaton.mask(at: place)
            } catch {
                failure = error
            }
        }
        return TokenMask(tokenCount: automaton.vocabulary.tokenCount)
    }

    /// Puts the tokens that may come next in place of what `mask` allowed.
    public mutating func fillMask(_ mask: inout TokenMask) { mask = allowedTokens() }

    /// Goes on by one token.
    ///
    /// - Returns: false, and nothing has changed, when the token is not allowed here.
    public mutating func accept(_ tokenID: Int32) -> Bool {
        guard !hasEnded, failure == nil else { return false }
        if place.isComplete, automaton.vocabulary.endTokenIDs.contains(tokenID) {
            hasEnded = true
            return true
        }
        do throws(GrammarError) {
            guard let next = try automaton.place(after: tokenID, from: place) else { return false }
            place = next
            return true
        } catch {
            failure = error
            return false
        }
    }
}
