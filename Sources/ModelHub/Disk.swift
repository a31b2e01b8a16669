import FoundationEssentials
package import SystemPackage

/// A step that changes a disk.
package enum DiskStep: Sendable, Hashable {
    case makeFolder, openFile, write, flush, cut, move, link, remove
}

/// The disk under a cache, as far as it may refuse something.
///
/// Every step that changes the cache asks here first, so that a test can have a disk that is full,
/// read-only or broken from any step on.
package struct Disk: Sendable {
    /// How many of the bytes that a step writes the disk takes, or what the system would say.
    package typealias Allowance =
        @Sendable (_ step: DiskStep, _ path: String, _ byteCount: Int) -> Result<Int, Errno>

    private let allowance: Allowance

    package init(allowance: @escaping Allowance) {
        self.allowance = allowance
    }

    /// Refuses nothing by itself.
    package static let real = Disk { _, _, byteCount in .success(byteCount) }

    /// Asks before a step; throws what refuses it.
    @discardableResult
    func allow(
        _ step: DiskStep,
        _ path: String,
        byteCount: Int = 0
    ) throws(Errno) -> Int {
        try allowance(step, path, byteCount).get()
    }
}

extension HubError {
    /// What the system refused to do in the cache.
    ///
    /// - Parameters:
    ///   - error: what it said.
    ///   - path: the file or folder.
    ///   - failure: such as "it cannot be written".
    init(_ error: Errno, path: String, failure: String) {
        switch error {
        case .noSpace, .diskQuotaExceeded:
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
            self = .noRoom(
                needed: 0,
                free: freeByteCount(folder) ?? 0,
                folder: folder,
                isQuota: error == .diskQuotaExceeded
            )
        case .permissionDenied, .notPermitted, .readOnlyFileSystem:
            self = .cache(
                path: path,
                reason: "\(failure): \(error). Change its rights, or set HF_HOME to a folder "
                    + "that is yours"
            )
        case .tooManyLinks:
            self = .cache(path: path, reason: "\(failure): it is no plain file with one name")
        default:
            self = .cache(path: path, reason: "\(failure) (\(error))")
        }
    }
}

/// What the file system of a folder has left; nil if the system does not say.
func freeByteCount(_ folder: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    return HubCache.number(attributes?[.systemFreeSize])
}
