public enum GrammarError: Error, Hashable, CustomStringConvertible { case stub; public var description: String { "stub" } }
public final class Grammar: Sendable {}
public final class GrammarCompiler: Sendable { public init() {}
 public func compiled(_ source: GrammarSource) throws(GrammarError) -> Grammar { throw .stub } }
public struct TokenMask: Sendable { public var words: [UInt64] = [] }
public final class TokenVocabulary: Sendable {
 public struct Entry: Hashable, Sendable { public init(bytes: [UInt8], isSpecial: Bool = false, name: String? = nil) {} }
 public init(tokens: [Entry], endTokenIDs: Set<Int32>) {} }
public struct GrammarMatcher: Sendable { public init(grammar: Grammar, vocabulary: TokenVocabulary) throws(GrammarError) {}
 public private(set) var failure: GrammarError?
 public mutating func allowedTokens() -> TokenMask { TokenMask() }
 public mutating func accept(_ tokenID: Int32) -> Bool { true } }
