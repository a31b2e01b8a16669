import CAssets

/// A file that is part of the binary: of the page, or of the model in the box.
public struct Asset: Sendable {
    /// Its folder and name, such as `page/index.html`.
    public let path: String
    private let number: Int32

    /// All there are.
    public static let all = (0..<ca_count()).map { Asset(number: $0) }

    /// The one with a path; nil if there is none.
    public static func named(_ path: String) -> Asset? {
        all.first { $0.path == path }
    }

    private init(number: Int32) {
        let bytes = (UInt32(0)..<256).map { ca_path_byte(number, $0) }
        path = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        self.number = number
    }

    /// The whole content.
    public var bytes: [UInt8] {
        let count = ca_byte_count(number)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(count))
        for offset in stride(from: 0, to: count, by: 8) {
            var word = ca_word(number, offset)
            for _ in 0..<min(8, count - offset) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }
}
