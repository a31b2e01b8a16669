internal import CKernels

#if canImport(Glibc)
internal import Glibc
#else
internal import Musl
#endif

/// The vector instructions the kernels use.
///
/// Results are the same bits for every batch, chunk and thread count under one instruction set;
/// between instruction sets they differ in rounding.
public enum InstructionSet: String, Sendable, CaseIterable {
    case scalar, avx2, avx512, neon

    /// Those that this CPU and this build have, slowest first.
    public static let available: [InstructionSet] = allCases.filter {
        unsafe ck_table_for($0.kernelSet) != nil
    }

    /// The one that the environment variable `MARTLET_INSTRUCTION_SET` names if it is available,
    /// else the fastest.
    public static let best: InstructionSet = (try? forced()) ?? fastest

    /// The fastest available one, whatever the environment says.
    public static var fastest: InstructionSet { available.last ?? .scalar }

    /// The one named by `MARTLET_INSTRUCTION_SET`; nil when the variable is not set.
    ///
    /// - Throws: ``ComputeError/instructionSetUnavailable(name:available:)``.
    public static func forced() throws(ComputeError) -> InstructionSet? {
        guard let value = unsafe getenv("MARTLET_INSTRUCTION_SET") else { return nil }
        let name = unsafe String(cString: value)
        guard !name.isEmpty else { return nil }
        guard let set = InstructionSet(rawValue: name), available.contains(set) else {
            throw .instructionSetUnavailable(name: name, available: available.map(\.rawValue))
        }
        return set
    }

    /// Whether `linear` multiplies bfloat16 by bfloat16 when a device has bfloat16 activations.
    public var hasBFloat16Product: Bool {
        guard let table = unsafe ck_table_for(kernelSet) else { return false }
        return unsafe table.pointee.linear_bfloat16 != nil
    }

    var kernelSet: ck_isa {
        switch self {
        case .scalar: .CK_ISA_SCALAR
        case .avx2: .CK_ISA_AVX2
        case .avx512: .CK_ISA_AVX512
        case .neon: .CK_ISA_NEON
        }
    }
}

/// The table of kernels of one instruction set.
@safe struct Kernels {
    let table: UnsafePointer<ck_table>

    init(_ set: InstructionSet) {
        guard let table = unsafe ck_table_for(set.kernelSet) else {
            preconditionFailure("the instruction set \(set) is not available here")
        }
        unsafe self.table = table
    }
}
