public import Compute

/// What config.json says about quantized weights.
///
/// What a matrix is stored as is decided by the tensors that are there; this says how to read them.
public struct QuantizationDescription: Sendable, Equatable {
    /// The program or format that the weights were quantized with.
    public enum Method: String, Sendable, CaseIterable {
        case awq, gptq, fp8
        case compressedTensors = "compressed-tensors"
    }

    /// What the description is of.
    public let method: Method
    /// How modules are stored: the first whose targets fit.
    let schemes: [QuantizationScheme]
    /// Modules that stay as they were.
    let unconverted: [ModulePattern]
    /// Whether the output head is quantized like the layers.
    let convertsHead: Bool

    /// A few words, such as `awq, 4 bits, groups of 128`.
    public var summary: String {
        let kinds = schemes.map(\.summary)
        return ([method.rawValue] + kinds).joined(separator: ", ")
    }

    /// The format of a matrix after the configuration alone; nil for plain numbers.
    ///
    /// The configuration does not say the type of scales. `name` is as in an unquantized
    /// checkpoint, with `.weight` at its end; `columnCount` are the inputs of the projection.
    public func format(
        ofMatrix name: String,
        columnCount: Int,
        scaleType: ElementType
    ) -> IntegerFormat? {
        let module = moduleName(ofWeight: name) ?? name
        let isEmbedding = module.hasSuffix("embed_tokens")
        let isHead = module == "lm_head" || module.hasSuffix(".lm_head")
        guard !isEmbedding, !isHead || convertsHead,
            !unconverted.contains(where: { $0.matches(module) })
        else { return nil }
        return scheme(ofModule: module)?.format(columnCount: columnCount, scaleType: scaleType)
    }

    /// How the tensors of a module are to be read, if it has quantized ones.
    func scheme(ofModule module: String) -> QuantizationScheme? {
        // A list of one says how, whatever it calls its targets.
        if schemes.count == 1 { return schemes.first }
        return schemes.first { $0.targets.contains { $0.isName && $0.matches(module) } }
            ?? schemes.first { $0.targets.contains { !$0.isName && $0.matches(module) } }
    }
}

/// How the modules of a group are quantized.
struct QuantizationScheme: Sendable, Equatable {
    /// The tensors of a module.
    enum Storage: Sendable, Equatable {
        /// `qweight`, `qzeros`, `scales`, packed along rows.
        case awq
        /// `qweight`, `qzeros`, `scales`, `g_idx`, packed along columns.
        case gptq(storesZerosLessOne: Bool)
        /// compressed-tensors: `weight_packed`, or a `weight` of signed bytes.
        case integers
        /// A `weight` of eight-bit floating-point numbers; nil: one scale, or one a row.
        case floats(block: [Int]?)
    }

    let storage: Storage
    var targets: [ModulePattern] = []
    let bitCount: Int
    /// Columns that share a scale, a multiple of 16; nil: the whole row.
    let groupSize: Int?
    let isSymmetric: Bool
    /// Whether the columns of a group may lie apart.
    let hasColumnOrder: Bool

    var summary: String {
        if case .floats = storage { return "8-bit floating point" }
        let groups = groupSize.map { "groups of \($0)" } ?? "whole rows"
        return "\(bitCount) bits, \(groups)"
    }

    func format(columnCount: Int, scaleType: ElementType) -> IntegerFormat? {
        if case .floats = storage { return nil }
        return IntegerFormat(
            bitCount: bitCount,
            groupSize: ColumnGroups(storedSize: groupSize, columnCount: columnCount).size,
            scaleType: scaleType,
            offset: isSymmetric ? .midpoint : .zeroPoints
        )
    }
}

/// Which modules are meant.
enum ModulePattern: Sendable, Equatable {
    /// All linear layers.
    case linearLayers
    /// The module of this name.
    case name(String)
    /// All modules with this in their names.
    case fragment(String)
    /// All modules whose names fit.
    case expression(NamePattern)

    /// Whether it is about names, which counts before classes.
    var isName: Bool { self != .linearLayers }

    func matches(_ module: String) -> Bool {
        switch self {
        case .linearLayers: true
        case .name(let name): module == name
        case .fragment(let fragment): module.contains(fragment)
        case .expression(let pattern): pattern.matches(module)
        }
    }
}

/// The module that a weight belongs to; nil for a name that is not of a weight.
func moduleName(ofWeight name: String) -> String? {
    name.hasSuffix(".weight") ? String(name.dropLast(".weight".count)) : nil
}
