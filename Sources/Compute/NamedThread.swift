#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// A thread of the operating system that runs one closure.
///
/// The engine's loop is built inside the closure, on the thread that runs it, so that nothing which
/// is not Sendable ever crosses a thread.
public enum NamedThread {
    /// Starts a thread; the name (at most 15 bytes are kept) is what debuggers and `top -H` show.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                body.setName()
                body.run()
                return nil
            },
            unsafe box.toOpaque()
        )
        precondition(code == 0, "the system refused a thread (error \(code))")
        pthread_detach(thread)
    }

    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }

        /// Names the calling thread; without a /proc it stays without a name.
        func setName() {
            let file = unsafe open("/proc/thread-self/comm", O_WRONLY)
            guard file >= 0 else { return }
            let bytes = Array(name.utf8.prefix(15))
            _ = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            close(file)
        }
    }
}
