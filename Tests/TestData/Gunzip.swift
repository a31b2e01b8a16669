/// Unpacks gzip files (RFC 1951 and 1952), for test data.
package enum Gunzip {
    /// Why a file could not be unpacked.
    package struct Failure: Error {
        /// What was wrong.
        package let reason: String
    }

    /// The contents of a gzip file with one member; the checksum is left alone.
    package static func unpack(_ file: [UInt8]) throws -> [UInt8] {
        guard file.count > 18, file.starts(with: [0x1F, 0x8B, 8]) else {
            throw Failure(reason: "not a gzip file")
        }
        let flags = file[3]
        var start = 10
        if flags & 4 != 0 { start += 2 + Int(file[10]) + Int(file[11]) << 8 }
        for flag in [8, 16] as [UInt8] where flags & flag != 0 {
            while start < file.count, file[start] != 0 { start += 1 }
            start += 1
        }
        if flags & 2 != 0 { start += 2 }
        var inflater = Inflater(file, from: start)
        return try inflater.run()
    }
}

private struct Inflater {
    private let input: [UInt8]
    private var position: Int
    private var buffer: UInt64 = 0
    private var bufferedBits = 0
    private var output: [UInt8] = []

    private static let lengths: [(base: Int, bits: Int)] = zip(
        [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
            115, 131, 163, 195, 227, 258,
        ],
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
    ).map { ($0, $1) }
    private static let distances: [(base: Int, bits: Int)] = (0..<30).map { symbol in
        if symbol < 4 { return (base: symbol + 1, bits: 0) }
        let bits = symbol / 2 - 1
        let base: Int = (2 + symbol % 2) << bits
        return (base: base + 1, bits: bits)
    }

    init(_ input: [UInt8], from start: Int) {
        self.input = input
        position = start
        output.reserveCapacity(input.count * 4)
    }

    mutating func run() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try copyStored()
            case 1:
                let literals = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try copyBlock(HuffmanCode(literals), HuffmanCode(Array(repeating: 5, count: 30)))
            case 2:
                let (literals, distances) = try readCodes()
                try copyBlock(literals, distances)
            default: throw Gunzip.Failure(reason: "an unknown block type")
            }
        }
        return output
    }

    private mutating func bits(_ count: Int) throws -> Int {
        while bufferedBits < count {
            guard position < input.count else { throw Gunzip.Failure(reason: "the file is cut") }
            buffer |= UInt64(input[position]) << UInt64(bufferedBits)
            position += 1
            bufferedBits += 8
        }
        let value = Int(buffer & (1 << UInt64(count) - 1))
        buffer >>= UInt64(count)
        bufferedBits -= count
        return value
    }

    private mutating func copyStored() throws {
        buffer = 0
        position -= bufferedBits / 8
        bufferedBits = 0
        let count = try bits(16)
        _ = try bits(16)
        guard position + count <= input.count else { throw Gunzip.Failure(reason: "cut") }
        output.append(contentsOf: input[position..<position + count])
        position += count
    }

    private mutating func readCodes() throws -> (HuffmanCode, HuffmanCode) {
        let literalCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var lengthLengths = Array(repeating: 0, count: 19)
        for index in 0..<(try bits(4) + 4) { lengthLengths[order[index]] = try bits(3) }
        let lengthCode = HuffmanCode(lengthLengths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            switch try symbol(lengthCode) {
            case 16:
                lengths += Array(repeating: lengths.last ?? 0, count: try bits(2) + 3)
            case 17: lengths += Array(repeating: 0, count: try bits(3) + 3)
            case 18: lengths += Array(repeating: 0, count: try bits(7) + 11)
            case let length: lengths.append(length)
            }
        }
        return (
            HuffmanCode(Array(lengths.prefix(literalCount))),
            HuffmanCode(Array(lengths.dropFirst(literalCount).prefix(distanceCount)))
        )
    }

    private mutating func symbol(_ code: HuffmanCode) throws -> Int {
        var value = 0
        for length in 1...15 {
            value = value << 1 | (try bits(1))
            let offset = value - code.firstValues[length]
            if offset >= 0, offset < code.counts[length] {
                return code.symbols[code.firstIndices[length] + offset]
            }
        }
        throw Gunzip.Failure(reason: "a code that does not exist")
    }

    private mutating func copyBlock(_ literals: HuffmanCode, _ distances: HuffmanCode) throws {
        while true {
            let symbol = try symbol(literals)
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol < 286 else { throw Gunzip.Failure(reason: "an unknown length") }
            let length = Self.lengths[symbol - 257]
            let count = length.base + (try bits(length.bits))
            let distanceSymbol = try self.symbol(distances)
            guard distanceSymbol < 30 else { throw Gunzip.Failure(reason: "unknown distance") }
            let distance = Self.distances[distanceSymbol]
            let start = output.count - distance.base - (try bits(distance.bits))
            guard start >= 0 else { throw Gunzip.Failure(reason: "a distance too long") }
            for offset in 0..<count { output.append(output[start + offset]) }
        }
    }
}

/// A canonical Huffman code.
private struct HuffmanCode {
    var symbols: [Int] = []
    /// By length: how many codes, the first one's value, its place among the symbols.
    var counts = Array(repeating: 0, count: 16)
    var firstValues = Array(repeating: 0, count: 16)
    var firstIndices = Array(repeating: 0, count: 16)

    init(_ lengths: [Int]) {
        for length in lengths where length > 0 { counts[length] += 1 }
        for length in 1...15 {
            firstValues[length] = (firstValues[length - 1] + counts[length - 1]) << 1
            firstIndices[length] = symbols.count
            symbols += lengths.indices.filter { lengths[$0] == length }
        }
    }
}
