import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why the server does not serve.
public enum ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process listens there.
    case addressInUse(host: String, port: Int)
    /// The address is none of this machine's, or the port is not allowed.
    case cannotListen(host: String, port: Int, errno: Int32)
    /// Others could reach the server, and it has no key.
    case keyMissing(host: String)
    /// A key that no client could send; counted from 1, never shown.
    case badKey(number: Int, fault: String)
    /// The process may open too few files.
    case descriptorsMissing(limit: Int, needed: Int)

    init(_ error: IOError, host: String, port: Int) {
        self =
            error.errnoCode == EADDRINUSE
            ? .addressInUse(host: host, port: port)
            : .cannotListen(host: host, port: port, errno: error.errnoCode)
    }

    /// What happened and what to do, in one or two sentences.
    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "Another process listens on \(host):\(port). Stop it, or choose another --port."
        case .cannotListen(let host, let port, let errno):
            "Cannot listen on \(host):\(port) (error \(errno) of the system). "
                + "Check --host and --port: the address must be one of this machine's."
        case .keyMissing(let host):
            "Everybody who can reach \(host) could use this server. Give it a key with "
                + "--api-key-file FILE, MARTLET_API_KEY or --api-key KEY, listen on 127.0.0.1, or "
                + "say --allow-unauthenticated if something in front of it checks who asks."
        case .badKey(let number, let fault):
            "API key \(number) \(fault). A key has 1 to 256 visible ASCII characters."
        case .descriptorsMissing(let limit, let needed):
            "This process may open \(limit) files, the server needs \(needed) or more. "
                + "Raise the limit: ulimit -n 4096."
        }
    }
}
