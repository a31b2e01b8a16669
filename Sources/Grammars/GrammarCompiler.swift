import Synchronization

/// Compiles sources and keeps the results of those used last.
public final class GrammarCompiler: Sendable {
    private struct Entry {
        var grammar: Grammar
        var lastUse: Int
    }

    private struct Cache {
        var entries: [GrammarSource: Entry] = [:]
        var uses = 0
    }

    private let limits: GrammarLimits
    private let entryLimit: Int
    private let byteLimit: Int
    private let cache = Mutex(Cache())

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - limits: what one compilation may cost.
    ///   - entryLimit: how many grammars are kept.
    ///   - byteLimit: bytes of all kept grammars, with the masks they remember.
    public init(
        limits: GrammarLimits = GrammarLimits(),
        entryLimit: Int = 64,
        byteLimit: Int = 64 * 1024 * 1024
    ) {
        self.limits = limits
        self.entryLimit = max(1, entryLimit)
        self.byteLimit = byteLimit
    }

    /// How many grammars are kept.
    public var count: Int { cache.withLock { $0.entries.count } }

    /// Bytes of the kept grammars, roughly.
    public var byteCount: Int {
        let grammars = cache.withLock { $0.entries.values.map(\.grammar) }
        return grammars.reduce(0) { $0 + $1.byteCount }
    }

    /// The grammar of a source, compiled now or before.
    ///
    /// Two threads that ask for the same new source at once may both compile it; one result is
    /// kept. Errors are not kept.
    public func compiled(_ source: GrammarSource) throws(GrammarError) -> Grammar {
        let known = cache.withLock { cache in
            cache.uses += 1
            guard let grammar = cache.entries[source]?.grammar else { return nil as Grammar? }
            cache.entries[source]?.lastUse = cache.uses
            self.dropOldest(&cache, keeping: source)
            return grammar
        }
        if let known { return known }
        let grammar = try Grammar.compile(source, limits: limits)
        return cache.withLock { cache in
            if let other = cache.entries[source]?.grammar { return other }
            cache.uses += 1
            cache.entries[source] = Entry(grammar: grammar, lastUse: cache.uses)
            self.dropOldest(&cache, keeping: source)
            return grammar
        }
    }

    /// Masks grow after compiling, so bytes are counted anew whenever something is asked for.
    private func dropOldest(_ cache: inout Cache, keeping source: GrammarSource) {
        var byteCount = cache.entries.values.reduce(0) { $0 + $1.grammar.byteCount }
        while cache.entries.count > entryLimit || (byteCount > byteLimit && cache.entries.count > 1)
        {
            let others = cache.entries.filter { $0.key != source }
            guard let oldest = others.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                return
            }
            byteCount -= oldest.value.grammar.byteCount
            cache.entries[oldest.key] = nil
        }
    }
}
