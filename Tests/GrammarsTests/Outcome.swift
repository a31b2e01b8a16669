import Grammars

/// What became of compiling a source.
enum Outcome {
    case compiled(Grammar)
    case refused(GrammarError)

    init(of source: GrammarSource, limits: GrammarLimits = GrammarLimits()) {
        do throws(GrammarError) {
            self = .compiled(try Grammar.compile(source, limits: limits))
        } catch {
            self = .refused(error)
        }
    }
}
