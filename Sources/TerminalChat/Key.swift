/// A key, with the keys held down beside it, or a piece of pasted text.
public struct Key: Sendable, Hashable {
    /// Which key.
    public enum Code: Sendable, Hashable {
        case text(Unicode.Scalar)
        case enter
        case tab
        case backspace
        case delete
        case escape
        case up
        case down
        case left
        case right
        case home
        case end
        case pageUp
        case pageDown
        /// Text that was pasted, with its line breaks.
        case pasted(String)
    }

    /// The keys held down.
    public struct Modifiers: OptionSet, Sendable, Hashable {
        /// One bit each, as terminals number them.
        public let rawValue: UInt8

        /// Takes bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Shift, where the terminal tells.
        public static let shift = Modifiers(rawValue: 1)
        /// Alt, or Escape pressed before.
        public static let alt = Modifiers(rawValue: 2)
        /// Control.
        public static let control = Modifiers(rawValue: 4)
    }

    /// Which key.
    public var code: Code
    /// The keys held down.
    public var modifiers: Modifiers

    /// Makes a key.
    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// A character.
    public static func text(_ scalar: Unicode.Scalar) -> Key { Key(.text(scalar)) }

    /// A character with Control; letters are small.
    public static func control(_ scalar: Unicode.Scalar) -> Key { Key(.text(scalar), .control) }

    /// A character with Alt.
    public static func alt(_ scalar: Unicode.Scalar) -> Key { Key(.text(scalar), .alt) }
}
