import FoundationEssentials

extension ExperimentResult {
    /// All figures as JSON, keys in alphabetical order, times in seconds.
    ///
    /// - Returns: UTF-8, ending with a line end.
    /// - Throws: what `JSONEncoder` throws for numbers that are not finite.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Figures that ``json()`` wrote.
    ///
    /// - Parameter json: UTF-8.
    /// - Throws: what `JSONDecoder` throws for anything else.
    public init(json: [UInt8]) throws {
        self = try JSONDecoder().decode(ExperimentResult.self, from: Data(json))
    }
}
