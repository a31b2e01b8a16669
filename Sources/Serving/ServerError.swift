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

    init(_ error: IOError, _ configuration: ServerConfiguration) {
        let (host, port) = (configuration.host, configuration.port)
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
        }
    }
}
